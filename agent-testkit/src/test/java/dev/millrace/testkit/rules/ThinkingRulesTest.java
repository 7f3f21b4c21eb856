package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Check.assistant;
import static dev.millrace.testkit.rules.Check.text;
import static dev.millrace.testkit.rules.Check.toolResult;
import static dev.millrace.testkit.rules.Check.toolUse;
import static dev.millrace.testkit.rules.Check.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinkingRulesTest {
  private static final String MANUAL = "'thinking':{'type':'enabled','budget_tokens':1024},";
  private static final String THOUGHT = "{'type':'thinking','thinking':'t','signature':'s'}";
  private static final String ASK = user(text("a"));

  private static String thinking(String model, String fields, String... messages) {
    return Check.body(Check.request(model, fields, messages));
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-5-5, adaptive, true",
    "claude-opus-5-5, disabled, false",
    "claude-opus-5-5, enabled, false",
    "claude-fable-5-2, disabled, false",
    "claude-opus-5, disabled, true",
    "claude-sonnet-5, disabled, true",
    "claude-opus-4-7, enabled, false",
    "claude-opus-4-6, enabled, true",
    "claude-opus-4-6, adaptive, true",
    "claude-sonnet-4-5, enabled, true",
    "some-model, enabled, true"
  })
  void knowsHowEachModelThinks(String model, String type, boolean supported) {
    String fields = "'thinking':{'type':'" + type + "','budget_tokens':1024},";
    assertThat(thinking(model, fields, ASK))
        .isEqualTo(
            supported
                ? Check.ACCEPTED
                : "\"thinking.type."
                    + type
                    + "\" is not supported for this model. Use \"thinking.type.adaptive\" and"
                    + " \"output_config.effort\" to control thinking behavior.");
  }

  @Test
  void refusesAdaptiveThinkingOnOldModels() {
    assertThat(thinking("claude-sonnet-4-5", "'thinking':{'type':'adaptive'},", ASK))
        .isEqualTo("adaptive thinking is not supported on this model");
  }

  @Test
  void wantsABudgetBelowTheTokens() {
    assertThat(thinking("claude-sonnet-4-5", "'thinking':{'type':'enabled'},", ASK))
        .isEqualTo("thinking.enabled.budget_tokens: Field required");
    assertThat(thinking("claude-sonnet-4-5", MANUAL.replace("1024", "1023"), ASK))
        .isEqualTo("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
    assertThat(thinking("claude-sonnet-4-5", MANUAL.replace("1024", "2000"), ASK))
        .isEqualTo("`max_tokens` must be greater than `thinking.budget_tokens`.");
  }

  @Test
  void wantsThinkingAtTheStartOfATurnThatIsStillAnswered() {
    assertThat(
            thinking(
                "claude-sonnet-4-5", MANUAL, ASK, assistant(toolUse("t1")), user(toolResult("t1"))))
        .startsWith(
            "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks).");
    assertThat(
            thinking(
                "claude-sonnet-4-5",
                MANUAL,
                ASK,
                assistant(THOUGHT, toolUse("t1")),
                user(toolResult("t1")),
                assistant(toolUse("t2")),
                user(toolResult("t2"))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void wantsThinkingBeforeAllElseInItsTurn() {
    assertThat(
            thinking(
                "claude-sonnet-4-5", MANUAL, ASK, assistant(text("b"), THOUGHT), user(text("c"))))
        .isEqualTo(
            "messages.1.content.0: If an assistant message contains any thinking blocks, the first block must be `thinking` or `redacted_thinking`. Found `text`.");
  }
}
