/** The interactive example: an agent at a terminal, over a folder. */
@NullMarked
package dev.millrace.examples.chat;

import org.jspecify.annotations.NullMarked;
