package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Check.assistant;
import static dev.millrace.testkit.rules.Check.text;
import static dev.millrace.testkit.rules.Check.toolResult;
import static dev.millrace.testkit.rules.Check.toolUse;
import static dev.millrace.testkit.rules.Check.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SaidThinkingTest {
  private static final String ASK = user(text("a"));
  private static final String THOUGHT = "{'type':'thinking','thinking':'t','signature':'s1'}";
  private static final String REDACTED = "{'type':'redacted_thinking','data':'d1'}";
  private static final String RESULT = user(toolResult("t1"));
  private static final String SYSTEM = "'system':'be brief',";
  private static final String MODIFIED =
      "messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.";
  private static final String BOUND =
      "messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to \"drop_block\".";

  private final RequestRules rules = rulesThatSaid();

  private static RequestRules rulesThatSaid() {
    var rules = new RequestRules();
    rules.remember(
        json(Check.request("claude-opus-5-5", SYSTEM, ASK)),
        json("[" + THOUGHT + "," + REDACTED + "," + toolUse("t1") + "]"));
    return rules;
  }

  private static JsonNode json(String text) {
    return JsonBody.parse(text.replace('\'', '"').getBytes(UTF_8));
  }

  private String checkUnder(String model, String fields, String... messages) {
    try {
      rules.check(
          RequestRules.NEWEST_VERSION, Set.of(), json(Check.request(model, fields, messages)));
      return Check.ACCEPTED;
    } catch (RefusedException e) {
      return e.getMessage();
    }
  }

  private String check(String fields, String... messages) {
    return checkUnder("claude-opus-5-5", fields, messages);
  }

  @Test
  void acceptsWhatComesBackAsItWas() {
    assertThat(check(SYSTEM, ASK, assistant(THOUGHT, REDACTED, toolUse("t1")), RESULT))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void acceptsThinkingItWasNeverToldOf() {
    String other = THOUGHT.replace("s1", "s2");
    assertThat(check(SYSTEM, ASK, assistant(other, toolUse("t2")), user(toolResult("t2"))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void refusesAChangedBlockInTheLatestTurn() {
    String changed = THOUGHT.replace("'t'", "'T'");
    assertThat(check(SYSTEM, ASK, assistant(changed, REDACTED, toolUse("t1")), RESULT))
        .isEqualTo(MODIFIED);
  }

  @Test
  void refusesAMissingBlockInTheLatestTurn() {
    assertThat(check(SYSTEM, ASK, assistant(THOUGHT, toolUse("t1")), RESULT)).isEqualTo(MODIFIED);
    assertThat(check(SYSTEM, ASK, assistant(toolUse("t1")), RESULT)).isEqualTo(MODIFIED);
  }

  @Test
  void refusesAChangedBlockInAnEarlierTurn() {
    String changed = THOUGHT.replace("'t'", "'T'");
    assertThat(
            check(
                SYSTEM,
                ASK,
                assistant(changed, REDACTED, toolUse("t1")),
                RESULT,
                assistant(text("b")),
                user(text("c"))))
        .isEqualTo("messages.1.content.0: Invalid `signature` in `thinking` block");
  }

  @Test
  void refusesAnEditedPast() {
    String turn = assistant(THOUGHT, REDACTED, toolUse("t1"));
    assertThat(check("'system':'be long',", ASK, turn, RESULT)).isEqualTo(BOUND);
    assertThat(check(SYSTEM, user(text("A")), turn, RESULT)).isEqualTo(BOUND);
    assertThat(
            check(
                SYSTEM + "'tools':[{'name':'stat','input_schema':{'type':'object'}}],",
                ASK,
                turn,
                RESULT))
        .isEqualTo(BOUND);
  }

  @Test
  void doesNotCompareCacheMarksOrTheFormOfText() {
    String marked = "{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}";
    String turn = assistant(THOUGHT, REDACTED, toolUse("t1"));
    assertThat(check(SYSTEM, user(marked), turn, RESULT)).isEqualTo(Check.ACCEPTED);
    assertThat(check(SYSTEM, "{'role':'user','content':'a'}", turn, RESULT))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void bindsOnCurrentModelsOnlyAndUnlessToldOtherwise() {
    String turn = assistant(THOUGHT, REDACTED, toolUse("t1"));
    assertThat(checkUnder("claude-opus-4-8", "", ASK, turn, RESULT)).isEqualTo(Check.ACCEPTED);
    String drop =
        "'thinking':{'type':'adaptive','block_binding':{'prefix_mismatch_behavior':'drop_block'}},";
    assertThat(check(drop, ASK, turn, RESULT)).isEqualTo(Check.ACCEPTED);
  }
}
