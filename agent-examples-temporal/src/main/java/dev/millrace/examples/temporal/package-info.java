/** An agent whose runs survive the machine that they are on. */
@NullMarked
package dev.millrace.examples.temporal;

import org.jspecify.annotations.NullMarked;
