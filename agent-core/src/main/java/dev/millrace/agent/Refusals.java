package dev.millrace.agent;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import java.util.Set;

/**
 * What calls are told that are not to be run.
 *
 * @param started the ids of those that have started all the same, before their message was whole
 */
record Refusals(Set<String> started) {
  static final Refusals NONE = new Refusals(Set.of());

  List<ToolResult> of(List<ToolUse> uses, String why) {
    return uses.stream().map(use -> ToolResult.error(use.id(), text(use, why))).toList();
  }

  private String text(ToolUse use, String why) {
    return started.contains(use.id())
        ? "Its result is dropped: "
            + why
            + ". It had started before the message was whole; whether it had an effect is not known."
        : "Not run: " + why + ".";
  }
}
