/** The chat service: what it serves, to whom, and what it refuses. */
@NullMarked
package dev.millrace.examples.server;

import org.jspecify.annotations.NullMarked;
