package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static final Message USER = Message.user("go");
  private static final Message SYSTEM = Message.of(Role.SYSTEM, List.of(new Text("be brief")));
  private static final Message SAYS = assistant(new Text("well"));
  private static final Message CALLS = assistant(use("a"), use("b"));
  private static final Message RESULTS =
      Message.of(Role.USER, List.of(ToolResult.of("a", "1"), ToolResult.of("b", "2")));
  private static final ContentBlock SERVER_USE =
      block("{'type':'server_tool_use','id':'s','name':'web_search','input':{}}");
  private static final ContentBlock SERVER_RESULT =
      block("{'type':'web_search_tool_result','tool_use_id':'s','content':[]}");

  @Test
  void beginsWithAUserMessage() {
    assertThat(Transcript.EMPTY.isEmpty()).isTrue();
    assertThat(Transcript.EMPTY.last()).isEmpty();
    assertThat(Transcript.EMPTY.pending()).isEmpty();
    assertThat(Transcript.of("go").messages()).containsExactly(USER);
    refuses(Transcript.EMPTY, SAYS, "a conversation begins with a user message");
    refuses(Transcript.EMPTY, SYSTEM, "a conversation begins with a user message");
  }

  @Test
  void neverEditsWhatWasSaid() {
    var before = of(USER, CALLS);
    var after = before.plus(RESULTS);
    assertThat(before.messages()).containsExactly(USER, CALLS);
    assertThat(after.messages()).containsExactly(USER, CALLS, RESULTS);
    assertThat(after.messages().get(1).json()).isSameAs(CALLS.json());
    assertThat(after.json().text())
        .isEqualTo("[" + USER.json() + "," + CALLS.json() + "," + RESULTS.json() + "]");
  }

  @Test
  void tellsWhichCallsArePending() {
    assertThat(of(USER, CALLS).pending()).extracting(ToolUse::id).containsExactly("a", "b");
    assertThat(of(USER, CALLS, RESULTS).pending()).isEmpty();
    assertThat(of(USER, SAYS).pending()).isEmpty();
    assertThat(of(USER).pending()).isEmpty();
  }

  @Test
  @Tag("H11")
  void putsResultsFirstAndInTheOrderOfTheCalls() {
    var mixed =
        Message.of(
            Role.USER, List.of(new Text("and"), ToolResult.of("b", "2"), ToolResult.of("a", "1")));
    assertThat(of(USER, CALLS).plus(mixed).messages().get(2).content())
        .containsExactly(ToolResult.of("a", "1"), ToolResult.of("b", "2"), new Text("and"));
  }

  @Test
  void answersWhatAUserMessageLeavesOpenAsNotRun() {
    var answered = of(USER, CALLS).plus(Message.of(Role.USER, List.of(ToolResult.of("b", "2"))));
    assertThat(answered.messages().get(2).content())
        .containsExactly(
            ToolResult.error("a", "Not run: a new message came before this call was answered."),
            ToolResult.of("b", "2"));
    assertThat(of(USER, CALLS).plus(USER).messages().get(2).toolResults())
        .extracting(ToolResult::isError)
        .containsExactly(true, true);
  }

  @Test
  void refusesResultsThatNothingWaitsFor() {
    refuses(of(USER), RESULTS, "results of calls that are not pending: a, b");
    refuses(of(USER, CALLS, RESULTS), RESULTS, "results of calls that are not pending: a, b");
    refuses(of(USER, SAYS), RESULTS, "results of calls that are not pending: a, b");
    refuses(Transcript.EMPTY, RESULTS, "results of calls that are not pending: a, b");
    var twice = Message.of(Role.USER, List.of(ToolResult.of("a", "1"), ToolResult.of("a", "2")));
    refuses(of(USER, CALLS), twice, "two results for the call a");
  }

  @Test
  void refusesAnythingButResultsWhileCallsArePending() {
    refuses(of(USER, CALLS), SAYS, "a assistant message cannot come before the results of a, b");
    refuses(of(USER, CALLS), SYSTEM, "a system message cannot come before the results of a, b");
    var said = response(StopReason.END_TURN, new Text("x"));
    assertThatThrownBy(() -> of(USER, CALLS).plus(said))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesIdsAndNamesThatTheApiRefuses() {
    refuses(of(USER, CALLS, RESULTS), assistant(use("a")), "the id of a call was used before: a");
    refuses(of(USER), assistant(use("c"), use("c")), "the id of a call was used before: c");
    refuses(of(USER), assistant(use("c.1")), "the API refuses the id or the name of the call c.1");
    refuses(of(USER), assistant(use("")), "the API refuses the id or the name");
    refuses(
        of(USER),
        assistant(new ToolUse("c", "a b", RawJson.EMPTY_OBJECT)),
        "the API refuses the id or the name of the call c of a b");
  }

  @Test
  void takesSystemMessagesWhereTheApiDoes() {
    assertThat(of(USER, SYSTEM, SAYS).messages()).hasSize(3);
    assertThat(of(USER, CALLS, RESULTS, SYSTEM, SAYS).messages()).hasSize(5);
    assertThat(of(USER, assistant(SERVER_USE, SERVER_RESULT), SYSTEM).messages()).hasSize(3);
    refuses(of(USER, SAYS), SYSTEM, "a system message must follow a user message");
  }

  @Test
  void putsAUserMessageBeforeASystemMessageThatNothingCanFollow() {
    var later = Message.user("more");
    assertThat(of(USER, SYSTEM).plus(later).messages()).containsExactly(USER, later, SYSTEM);
  }

  @Test
  void takesConsecutiveMessagesOfOneRole() {
    assertThat(of(USER, USER, SAYS, SAYS, CALLS).messages()).hasSize(5);
  }

  @Test
  void waitsForServerToolsUntilSomethingElseIsSaid() {
    var waiting = of(USER, assistant(new Text("x"), SERVER_USE, use("a")));
    var answered = waiting.plus(Message.of(Role.USER, List.of(ToolResult.of("a", "1"))));
    assertThat(answered.messages().get(1).content()).contains(SERVER_USE);
    var gone = assistant(new Text("x"), use("a"));
    assertThat(answered.plus(USER).messages().get(1)).isEqualTo(gone);
    assertThat(waiting.plus(USER).messages().get(1)).isEqualTo(gone);
    assertThat(answered.plus(assistant(SERVER_RESULT)).plus(USER).messages().get(1).content())
        .contains(SERVER_USE);
  }

  @Test
  void dropsATurnThatOnlyWaitsForAServerTool() {
    assertThat(of(USER, assistant(SERVER_USE)).plus(USER).messages()).containsExactly(USER, USER);
    assertThat(of(USER, assistant(SERVER_USE)).withoutDanglingServerToolUses()).isEqualTo(of(USER));
    var done = of(USER, assistant(SERVER_USE, SERVER_RESULT));
    assertThat(done.withoutDanglingServerToolUses()).isSameAs(done);
  }

  @Test
  void comparesByItsMessagesAndNeverShowsThem() {
    assertThat(of(USER, SAYS)).isEqualTo(of(USER, SAYS)).hasSameHashCodeAs(of(USER, SAYS));
    assertThat(of(USER, SAYS)).isNotEqualTo(of(USER)).hasToString("Transcript of 2 messages");
  }

  static MessageResponse response(StopReason reason, ContentBlock... content) {
    return new MessageResponse(
        "msg", "model", List.of(content), reason, "", Usage.NONE, RawJson.EMPTY_OBJECT);
  }

  private static void refuses(Transcript transcript, Message message, String why) {
    assertThatThrownBy(() -> transcript.plus(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static Transcript of(Message... messages) {
    var transcript = Transcript.EMPTY;
    for (var message : messages) {
      transcript = transcript.plus(message);
    }
    return transcript;
  }

  private static Message assistant(ContentBlock... content) {
    return Message.of(Role.ASSISTANT, List.of(content));
  }

  private static ToolUse use(String id) {
    return new ToolUse(id, "tool", RawJson.EMPTY_OBJECT);
  }

  private static ContentBlock block(String quoted) {
    return ContentBlock.of(RawJson.parse(quoted.replace('\'', '"')));
  }
}
