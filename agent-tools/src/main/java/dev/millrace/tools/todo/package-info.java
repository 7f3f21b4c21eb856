/**
 * A plan that the model keeps and a screen can show, by {@link dev.millrace.tools.todo.TodoTool}.
 */
@NullMarked
package dev.millrace.tools.todo;

import org.jspecify.annotations.NullMarked;
