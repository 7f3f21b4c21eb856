/**
 * Tools that run shell commands, by {@link dev.millrace.tools.shell.Shell}. What a command can do
 * is decided by the kernel, through bubblewrap, and never by what the command looks like.
 */
@NullMarked
package dev.millrace.tools.shell;

import org.jspecify.annotations.NullMarked;
