package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import dev.millrace.testkit.rules.Conversation.Block;
import dev.millrace.testkit.rules.Conversation.Turn;

/** Who may speak when: system messages within a conversation, and who speaks last. */
final class PlacementRules {
  private PlacementRules() {}

  static void check(Conversation conversation, ModelName model) {
    for (int i = 1; i < conversation.turns().size(); i++) {
      if (conversation.turns().get(i).is("system")) {
        checkSystem(conversation, i, model);
      }
    }
    Turn last = conversation.last();
    if (last.is("assistant") && !continues(last)) {
      checkPrefill(last, model);
    }
  }

  private static void checkSystem(Conversation conversation, int turn, ModelName model) {
    if (!supportsSystem(model)) {
      throw RefusedException.invalid("role 'system' is not supported on this model");
    }
    Turn before = conversation.turns().get(turn - 1);
    boolean wellBefore = before.is("user") || endsInServerResult(before);
    boolean wellAfter =
        turn == conversation.turns().size() - 1 || conversation.after(turn).is("assistant");
    if (!wellBefore || !wellAfter) {
      // the API's words for this are not known
      throw invalid(
          "messages." + conversation.turns().get(turn).blocks().getFirst().message(),
          "a `system` message must follow a `user` message, or an `assistant` message that ends"
              + " in a server tool result, and be last or be followed by an `assistant` message");
    }
  }

  private static boolean supportsSystem(ModelName model) {
    return !model.isKnown()
        || model.is("opus", 408)
        || model.is("fable", 500)
        || model.is("mythos", 500)
        || model.isFrom(505);
  }

  private static boolean endsInServerResult(Turn turn) {
    return !turn.blocks().isEmpty()
        && turn.blocks().getLast().text("type").endsWith("_tool_result");
  }

  // What pause_turn or compaction has stopped is sent back to be gone on with: no prefill.
  private static boolean continues(Turn turn) {
    return endsInServerResult(turn)
        || turn.blocks().stream().anyMatch(block -> block.is("compaction"))
        || (!turn.blocks().isEmpty()
            && (turn.blocks().getLast().is("server_tool_use")
                || turn.blocks().getLast().is("mcp_tool_use")));
  }

  private static void checkPrefill(Turn last, ModelName model) {
    if (model.isFrom(406)) {
      throw RefusedException.invalid(
          "This model does not support assistant message prefill. The conversation must end with"
              + " a user message.");
    }
    if (!last.blocks().isEmpty()) {
      Block block = last.blocks().getLast();
      String text = block.text("text");
      if (!text.equals(text.stripTrailing())) {
        throw invalid("messages", "final assistant content cannot end with trailing whitespace");
      }
    }
  }
}
