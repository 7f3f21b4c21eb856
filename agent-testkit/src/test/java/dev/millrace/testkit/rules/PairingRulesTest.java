package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Check.assistant;
import static dev.millrace.testkit.rules.Check.messages;
import static dev.millrace.testkit.rules.Check.text;
import static dev.millrace.testkit.rules.Check.toolResult;
import static dev.millrace.testkit.rules.Check.toolUse;
import static dev.millrace.testkit.rules.Check.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairingRulesTest {
  private static final String ASK = user(text("a"));

  private static String unanswered(int message, String ids) {
    return "messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
        .formatted(message, ids);
  }

  private static String unexpected(String place, String id) {
    return "%s: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
        .formatted(place, id);
  }

  @Test
  void acceptsResultsInAnyOrderAndTextAfterThem() {
    assertThat(
            messages(
                ASK,
                assistant(text("b"), toolUse("t1"), toolUse("t2")),
                user(toolResult("t2"), toolResult("t1"), text("c"))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void mergesNeighboursOfOneRole() {
    assertThat(
            messages(
                ASK,
                assistant(toolUse("t1")),
                assistant(toolUse("t2")),
                user(toolResult("t1")),
                user(toolResult("t2"))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void wantsAResultForEachCallInTheNextMessage() {
    assertThat(messages(ASK, assistant(toolUse("t1"), toolUse("t2")), user(text("b"))))
        .isEqualTo(unanswered(1, "t1, t2"));
    assertThat(messages(ASK, assistant(toolUse("t1"), toolUse("t2")), user(toolResult("t1"))))
        .isEqualTo(unanswered(1, "t2"));
    assertThat(messages(ASK, assistant(toolUse("t1")))).isEqualTo(unanswered(1, "t1"));
  }

  @Test
  void wantsTheResultsBeforeAllElse() {
    assertThat(messages(ASK, assistant(toolUse("t1")), user(text("b"), toolResult("t1"))))
        .isEqualTo(unanswered(1, "t1"));
    assertThat(
            messages(
                ASK,
                assistant(toolUse("t1"), toolUse("t2")),
                user(toolResult("t1"), text("b"), toolResult("t2"))))
        .isEqualTo(unanswered(1, "t2"));
  }

  @Test
  void wantsNothingBetweenACallAndItsResult() {
    String system = "{'role':'system','content':'be brief'}";
    assertThat(messages(ASK, assistant(toolUse("t1")), system, user(toolResult("t1"))))
        .isEqualTo(unanswered(1, "t1"));
  }

  @Test
  void wantsACallForEachResult() {
    assertThat(messages(user(toolResult("t1"))))
        .isEqualTo(unexpected("messages.0.content.0", "t1"));
    assertThat(messages(ASK, assistant(toolUse("t1")), user(toolResult("t1"), toolResult("t2"))))
        .isEqualTo(unexpected("messages.2.content.1", "t2"));
    assertThat(
            messages(
                ASK,
                assistant(toolUse("t1")),
                user(toolResult("t1")),
                assistant(text("b")),
                user(toolResult("t1"))))
        .isEqualTo(unexpected("messages.4.content.0", "t1"));
  }

  @Test
  void wantsOneResultForACall() {
    assertThat(messages(ASK, assistant(toolUse("t1")), user(toolResult("t1"), toolResult("t1"))))
        .isEqualTo(
            "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1");
  }

  @Test
  void wantsIdsThatAreUniqueInTheWholeConversation() {
    assertThat(
            messages(
                ASK,
                assistant(toolUse("t1")),
                user(toolResult("t1")),
                assistant(text("b"), toolUse("t1")),
                user(toolResult("t1"))))
        .isEqualTo("messages.3.content.1: `tool_use` ids must be unique");
  }
}
