package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.util.Optional;

/** What one command of a tool needs and another does not have. */
final class Needed {
  private Needed() {}

  static String text(String name, Optional<String> text) throws ToolFailure {
    return text.orElseThrow(() ->
        new ToolFailure(
            "Nothing was done: parameter `" + name + "` is required for this command."));
  }
}
