package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import dev.millrace.testkit.rules.Conversation.Block;
import dev.millrace.testkit.rules.Conversation.Turn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Each tool call has one result, at the start of the very next message. */
final class PairingRules {
  private PairingRules() {}

  static void check(Conversation conversation) {
    requireUniqueIds(conversation);
    var turns = conversation.turns();
    Set<String> asked = Set.of();
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      requireAskedFor(turn, asked);
      asked = ids(turn.blocks("tool_use"), "id");
      if (!asked.isEmpty()) {
        requireAnswers(turn.blocks("tool_use"), conversation.after(i));
      }
    }
  }

  private static void requireUniqueIds(Conversation conversation) {
    var ids = new HashSet<String>();
    for (Turn turn : conversation.turns()) {
      for (Block call : turn.blocks("tool_use")) {
        if (!ids.add(call.text("id"))) {
          throw invalid(call.path(), "`tool_use` ids must be unique");
        }
      }
    }
  }

  private static void requireAskedFor(Turn turn, Set<String> asked) {
    var answered = new HashSet<String>();
    for (Block result : turn.blocks("tool_result")) {
      String id = result.text("tool_use_id");
      if (!asked.contains(id)) {
        throw invalid(
            result.path(),
            "unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
                .formatted(id));
      }
      if (!answered.add(id)) {
        throw invalid(
            result.path(),
            "each tool_use must have a single result. Found multiple `tool_result` blocks with id: %s"
                .formatted(id));
      }
    }
  }

  // A result that stands behind other content counts as missing.
  private static void requireAnswers(List<Block> calls, Turn next) {
    var atStart = next.blocks().stream().takeWhile(block -> block.is("tool_result")).toList();
    var answered = ids(atStart, "tool_use_id");
    var unanswered = calls.stream().filter(call -> !answered.contains(call.text("id"))).toList();
    if (!unanswered.isEmpty()) {
      throw invalid(
          "messages." + unanswered.getFirst().message(),
          "`tool_use` ids were found without `tool_result` blocks immediately after: %s. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
              .formatted(
                  unanswered.stream()
                      .map(call -> call.text("id"))
                      .collect(Collectors.joining(", "))));
    }
  }

  private static Set<String> ids(List<Block> blocks, String field) {
    return blocks.stream().map(block -> block.text(field)).collect(Collectors.toSet());
  }
}
