/** The command line: options, what is shown on a screen or as lines of JSON, exit codes. */
@NullMarked
package dev.millrace.examples.ask;

import org.jspecify.annotations.NullMarked;
