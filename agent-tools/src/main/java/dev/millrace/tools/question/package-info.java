/** Questions to the user, by {@link dev.millrace.tools.question.AskUserTool}. */
@NullMarked
package dev.millrace.tools.question;

import org.jspecify.annotations.NullMarked;
