package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Check.assistant;
import static dev.millrace.testkit.rules.Check.messages;
import static dev.millrace.testkit.rules.Check.text;
import static dev.millrace.testkit.rules.Check.toolResult;
import static dev.millrace.testkit.rules.Check.toolUse;
import static dev.millrace.testkit.rules.Check.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerToolRulesTest {
  private static final String ASK = user(text("a"));
  private static final String SEARCH =
      "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{}}";
  private static final String FOUND =
      "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[]}";
  private static final String TOOLS =
      "'tools':[{'type':'web_search_20260318','name':'web_search'},"
          + "{'name':'stat','input_schema':{'type':'object'}}],";
  private static final String MISSING =
      "messages.1: `web_search` tool use with id `srvtoolu_1` was found without a corresponding `web_search_tool_result` block";

  private static String withTools(String... messages) {
    return Check.body(Check.request("claude-opus-5-5", TOOLS, messages));
  }

  @Test
  void acceptsACallWithItsResult() {
    assertThat(messages(ASK, assistant(SEARCH, FOUND, text("b")), user(text("c"))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void acceptsAPausedTurnAsItWas() {
    assertThat(withTools(ASK, assistant(text("b"), SEARCH))).isEqualTo(Check.ACCEPTED);
  }

  @Test
  void acceptsAWaitingCallWhileTheClientsToolsAreAnswered() {
    String calls = assistant(SEARCH, toolUse("t1"));
    assertThat(withTools(ASK, calls, user(toolResult("t1")))).isEqualTo(Check.ACCEPTED);
    assertThat(
            withTools(
                ASK, calls, user(toolResult("t1")), assistant(FOUND, text("b")), user(text("c"))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void refusesTextWhileACallWaits() {
    assertThat(withTools(ASK, assistant(SEARCH, toolUse("t1")), user(toolResult("t1"), text("x"))))
        .isEqualTo(MISSING);
    assertThat(withTools(ASK, assistant(SEARCH), user(text("go on")))).isEqualTo(MISSING);
  }

  @Test
  void wantsTheToolOfAWaitingCallToBeOffered() {
    assertThat(messages(ASK, assistant(text("b"), SEARCH)))
        .isEqualTo(MISSING + " but no `web_search` tool was provided");
  }

  @Test
  void refusesAResultWithoutACall() {
    assertThat(messages(ASK, assistant(FOUND, text("b")), user(text("c"))))
        .isEqualTo(
            "messages.1.content.0: unexpected `tool_use_id` found in `web_search_tool_result` blocks: srvtoolu_1. Each `web_search_tool_result` block must have a corresponding `server_tool_use` block before it.");
  }
}
