package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Check.assistant;
import static dev.millrace.testkit.rules.Check.messages;
import static dev.millrace.testkit.rules.Check.text;
import static dev.millrace.testkit.rules.Check.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacementRulesTest {
  private static final String ASK = user(text("a"));
  private static final String SYSTEM = "{'role':'system','content':'be brief'}";

  private static String under(String model, String... messages) {
    return Check.body("2023-06-01", Check.request(model, "", messages));
  }

  @Test
  void refusesPrefillOnCurrentModels() {
    String text =
        "This model does not support assistant message prefill. The conversation must end with a user message.";
    assertThat(messages(ASK, assistant(text("b")))).isEqualTo(text);
    for (String model :
        new String[] {"claude-opus-4-6", "claude-sonnet-5", "claude-haiku-5-5", "some-model"}) {
      assertThat(under(model, ASK, assistant(text("b")))).as(model).isEqualTo(text);
    }
  }

  @Test
  void takesPrefillOnOlderModels() {
    for (String model :
        new String[] {
          "claude-sonnet-4-5-20250929",
          "claude-sonnet-4-20250514",
          "claude-3-5-haiku-latest",
          "claude-opus-4-1"
        }) {
      assertThat(under(model, ASK, assistant(text("b")))).as(model).isEqualTo(Check.ACCEPTED);
      assertThat(under(model, ASK, assistant(text("b "))))
          .isEqualTo("messages: final assistant content cannot end with trailing whitespace");
    }
  }

  @Test
  void placesSystemMessagesAfterTheUser() {
    assertThat(messages(ASK, SYSTEM)).isEqualTo(Check.ACCEPTED);
    assertThat(messages(ASK, SYSTEM, assistant(text("b")), user(text("c"))))
        .isEqualTo(Check.ACCEPTED);
    assertThat(messages(SYSTEM, ASK))
        .isEqualTo("messages: first message must use the \"user\" role");
    assertThat(messages(ASK, assistant(text("b")), SYSTEM)).startsWith("messages.2: a `system`");
    assertThat(messages(ASK, SYSTEM, user(text("b")))).startsWith("messages.1: a `system`");
    assertThat(under("claude-sonnet-5", ASK, SYSTEM))
        .isEqualTo("role 'system' is not supported on this model");
  }
}
