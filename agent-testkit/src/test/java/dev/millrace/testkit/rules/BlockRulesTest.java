package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Check.assistant;
import static dev.millrace.testkit.rules.Check.messages;
import static dev.millrace.testkit.rules.Check.text;
import static dev.millrace.testkit.rules.Check.toolResult;
import static dev.millrace.testkit.rules.Check.toolUse;
import static dev.millrace.testkit.rules.Check.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockRulesTest {
  private static final String EMPTY_MESSAGE =
      ": all messages must have non-empty content except for the optional final assistant message";

  @Test
  void refusesTextThatSaysNothing() {
    String empty = "messages: text content blocks must be non-empty";
    String blank = "messages: text content blocks must contain non-whitespace text";
    assertThat(messages(user(text("")))).isEqualTo(empty);
    assertThat(messages(user(text(" \\n\\t")))).isEqualTo(blank);
    assertThat(messages("{'role':'user','content':'  '}")).isEqualTo(blank);
    assertThat(Check.fields("'system':[{'type':'text','text':''}],"))
        .isEqualTo("system: text content blocks must be non-empty");
    String result = "{'type':'tool_result','tool_use_id':'t1','content':[" + text("") + "]}";
    assertThat(messages(user(text("a")), assistant(toolUse("t1")), user(result))).isEqualTo(empty);
  }

  @Test
  void refusesMessagesWithoutContent() {
    assertThat(messages(user())).isEqualTo("messages.0" + EMPTY_MESSAGE);
    assertThat(messages("{'role':'user','content':''}")).isEqualTo("messages.0" + EMPTY_MESSAGE);
    assertThat(messages(user(text("a")), assistant(), user(text("b"))))
        .isEqualTo("messages.1" + EMPTY_MESSAGE);
    assertThat(messages("{'role':'user'}")).isEqualTo("messages.0.content: Field required");
    assertThat(messages("{'role':'user','content':7}"))
        .isEqualTo("messages.0.content: Input should be a valid list");
  }

  @Test
  void refusesRolesItDoesNotKnow() {
    assertThat(messages(user(text("a")), "{'role':'tool','content':'x'}"))
        .isEqualTo(
            "messages: Unexpected role \"tool\". Allowed roles are \"user\" or \"assistant\"");
    assertThat(messages(assistant(text("a"))))
        .isEqualTo("messages: first message must use the \"user\" role");
  }

  @Test
  void refusesACacheMarkWhereThereIsNothingToCache() {
    String mark = "'cache_control':{'type':'ephemeral'}";
    assertThat(messages(user("{'type':'text','text':''," + mark + "}")))
        .isEqualTo("messages.0.content.0.text: cache_control cannot be set for empty text blocks");
    String thought = "{'type':'thinking','thinking':'','signature':'s'," + mark + "}";
    assertThat(messages(user(text("a")), assistant(thought, text("b")), user(text("c"))))
        .isEqualTo("messages.1.content.0.thinking.cache_control: Extra inputs are not permitted");
  }

  @Test
  void wantsToolCallsWithIdNameAndObject() {
    String path = "messages.1.content.0.tool_use.";
    assertThat(called("'id':'','name':'a','input':{}"))
        .isEqualTo(path + "id: String should match pattern '^[a-zA-Z0-9_-]+$'");
    assertThat(called("'id':'call:1','name':'a','input':{}"))
        .isEqualTo(path + "id: String should match pattern '^[a-zA-Z0-9_-]+$'");
    assertThat(called("'id':'t1','name':'a b','input':{}"))
        .isEqualTo(path + "name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
    for (String input : new String[] {"null", "''", "[]", "1"}) {
      assertThat(called("'id':'t1','name':'a','input':" + input))
          .isEqualTo(path + "input: Input should be a valid dictionary");
    }
    assertThat(called("'id':'t1','name':'a'")).isEqualTo(path + "input: Field required");
  }

  private static String called(String fields) {
    return messages(
        user(text("a")), assistant("{'type':'tool_use'," + fields + "}"), user(toolResult("t1")));
  }

  @Test
  void wantsToolResultsOfAKnownShape() {
    String path = "messages.2.content.0.tool_result.";
    assertThat(answered("'is_error':'yes'"))
        .isEqualTo(path + "is_error: Input should be a valid boolean");
    assertThat(answered("'content':{}")).isEqualTo(path + "content: Input should be a valid list");
    assertThat(answered("'content':''")).isEqualTo(Check.ACCEPTED);
    assertThat(answered("'is_error':true")).isEqualTo(Check.ACCEPTED);
  }

  private static String answered(String fields) {
    return messages(
        user(text("a")),
        assistant(toolUse("t1")),
        user("{'type':'tool_result','tool_use_id':'t1'," + fields + "}"));
  }

  @Test
  void keepsBlocksToTheRoleThatMaySayThem() {
    assertThat(messages(user(toolUse("t1"))))
        .isEqualTo("messages.0.content.0: `tool_use` blocks can only be in `assistant` messages");
    assertThat(messages(user(text("a")), assistant(toolResult("t1")), user(text("b"))))
        .isEqualTo("messages.1.content.0: `tool_result` blocks can only be in `user` messages");
  }

  @Test
  void refusesUnderTheNewestVersionWhatTheOlderTook() {
    String cited = "{'type':'text','text':'a','citations':[{'type':'char_location'}]}";
    assertThat(messages(user(cited)))
        .isEqualTo("messages.0.content.0.text.citations: Extra inputs are not permitted");
    String document = "{'type':'document','source':{}}";
    assertThat(messages(user(text("a")), assistant(document), user(text("b"))))
        .isEqualTo("messages.1.content.0: `document` blocks can not be in `assistant` messages");
    assertThat(Check.body("2023-06-01", Check.request("m", "", user(cited))))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void letsUnknownBlocksPass() {
    String unknown = "{'type':'hologram','data':{'x':1}}";
    assertThat(messages(user(text("a")), assistant(unknown), user(text("b"))))
        .isEqualTo(Check.ACCEPTED);
  }
}
