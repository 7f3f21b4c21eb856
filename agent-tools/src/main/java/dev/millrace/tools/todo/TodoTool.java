package dev.millrace.tools.todo;

import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;

/** The tool {@code todo_write}, by which the model keeps a plan. Immutable and thread-safe. */
public final class TodoTool {
  static final String NAME = "todo_write";
  private static final int MOST_ITEMS = 100;
  private static final int MOST_CHARACTERS = 1_000;
  private static final String DESCRIPTION =
      """
      Writes down the plan for a task of several steps, and keeps it up to date: give the whole \
      list each time. Have one item in progress at a time, and complete it as soon as it is done. \
      The user sees the plan. Not for tasks of one or two steps.\
      """;

  private TodoTool() {}

  /** The tool. It changes nothing in the world; the plan is in the transcript. */
  public static Tool create() {
    return Tool.of(NAME, DESCRIPTION, TodoList.class, TodoTool::write)
        .with(ToolTraits.DEFAULT.readOnly());
  }

  private static String write(TodoList list) throws ToolFailure {
    if (list.items().size() > MOST_ITEMS) {
      throw new ToolFailure(
          "Not kept: a plan has at most "
              + MOST_ITEMS
              + " items, this one has "
              + list.items().size()
              + ". Join small steps.");
    }
    for (var item : list.items()) {
      if (item.content().isBlank() || item.content().length() > MOST_CHARACTERS) {
        throw new ToolFailure(
            "Not kept: each item needs a text of 1 to " + MOST_CHARACTERS + " characters.");
      }
    }
    return "Kept: " + list.completed() + " of " + list.items().size() + " completed.";
  }
}
