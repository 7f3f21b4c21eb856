package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import dev.millrace.testkit.rules.Conversation.Block;
import dev.millrace.testkit.rules.Conversation.Turn;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The way of thinking that is asked for, and what it wants of the history. */
final class ThinkingRules {
  private static final Set<String> TYPES =
      Set.of("adaptive", "between_tools", "disabled", "enabled");

  private ThinkingRules() {}

  static void check(JsonNode body, Conversation conversation) {
    if (!Json.has(body, "thinking")) {
      return;
    }
    String type = Json.requireString(body.path("thinking"), "type", "thinking");
    if (!TYPES.contains(type)) {
      throw invalid(
          "thinking",
          "Input tag '%s' found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'"
              .formatted(type));
    }
    checkModel(type, ModelName.of(body), body.path("output_config").path("effort").asString(""));
    if (type.equals("enabled")) {
      checkBudget(body);
      checkThinkingFirst(conversation);
      checkLatestStartsThinking(conversation);
    }
  }

  private static void checkModel(String type, ModelName model, String effort) {
    if (type.equals("adaptive") && !model.isFrom(406)) {
      throw RefusedException.invalid("adaptive thinking is not supported on this model");
    }
    boolean refused =
        model.isKnown()
            && ((type.equals("enabled") && model.isFrom(407))
                || (type.equals("disabled") && alwaysThinks(model, effort)));
    if (refused) {
      throw RefusedException.invalid(
          "\"thinking.type.%s\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior."
              .formatted(type));
    }
  }

  private static boolean alwaysThinks(ModelName model, String effort) {
    return model.is("fable", 500)
        || model.is("mythos", 500)
        || model.is("opus", 505)
        || model.is("sonnet", 505)
        || (model.is("opus", 500) && Set.of("xhigh", "max").contains(effort));
  }

  private static void checkBudget(JsonNode body) {
    JsonNode budget = Json.require(body.path("thinking"), "budget_tokens", "thinking.enabled");
    if (!budget.isIntegralNumber()) {
      throw invalid("thinking.enabled.budget_tokens", "Input should be a valid integer");
    }
    if (budget.asLong(0) < 1024) {
      throw invalid(
          "thinking.enabled.budget_tokens", "Input should be greater than or equal to 1024");
    }
    if (body.has("max_tokens") && budget.asLong(0) >= body.path("max_tokens").asLong(0)) {
      throw RefusedException.invalid("`max_tokens` must be greater than `thinking.budget_tokens`.");
    }
  }

  private static void checkThinkingFirst(Conversation conversation) {
    for (Turn turn : conversation.turns()) {
      if (turn.is("assistant") && turn.blocks().stream().anyMatch(ThinkingRules::isThinking)) {
        Block first = turn.blocks().getFirst();
        if (!isThinking(first)) {
          throw invalid(
              first.path(),
              "If an assistant message contains any thinking blocks, the first block must be `thinking` or `redacted_thinking`. Found `%s`."
                  .formatted(first.text("type")));
        }
      }
    }
  }

  // While tools are answered, all since the user last spoke is one turn of the assistant.
  private static void checkLatestStartsThinking(Conversation conversation) {
    List<Turn> turns = conversation.turns();
    if (!answersOnly(turns.getLast())) {
      return;
    }
    int user = turns.size() - 1;
    while (user > 0 && (turns.get(user).is("assistant") || answersOnly(turns.get(user)))) {
      user--;
    }
    Block first = turns.get(user + 1).blocks().getFirst();
    if (!isThinking(first)) {
      throw invalid(
          first.path() + ".type",
          "Expected `thinking` or `redacted_thinking`, but found `%s`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable `thinking`."
              .formatted(first.text("type")));
    }
  }

  private static boolean answersOnly(Turn turn) {
    return turn.is("user") && turn.blocks().stream().allMatch(block -> block.is("tool_result"));
  }

  static boolean isThinking(Block block) {
    return block.is("thinking") || block.is("redacted_thinking");
  }
}
