/** The folder that an agent works in, and what it can do there. */
@NullMarked
package dev.millrace.examples.workplace;

import org.jspecify.annotations.NullMarked;
