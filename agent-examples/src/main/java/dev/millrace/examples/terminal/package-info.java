/** How what models and tools say is shown to people at a terminal. */
@NullMarked
package dev.millrace.examples.terminal;

import org.jspecify.annotations.NullMarked;
