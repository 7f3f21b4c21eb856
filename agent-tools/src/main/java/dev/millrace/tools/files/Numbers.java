package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;

/** Checks of what a schema made from a record cannot say. */
final class Numbers {
  private Numbers() {}

  static int atLeast(String name, int value, int least) throws ToolFailure {
    if (value < least) {
      throw new ToolFailure(name + " must be " + least + " or more, not " + value + ".");
    }
    return value;
  }
}
