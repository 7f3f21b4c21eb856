package dev.millrace.agent.message;

import static dev.millrace.agent.message.TranscriptTest.response;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of an answer goes back to the API. */
class ReplayedTurnTest {
  private static final ContentBlock SIGNED = new Thinking("", "sig", RawJson.EMPTY_OBJECT);
  private static final ContentBlock UNSIGNED = new Thinking("hm", "", RawJson.EMPTY_OBJECT);
  private static final ContentBlock FALLBACK =
      block("{'type':'fallback','from':{'model':'a'},'to':{'model':'b'}}");

  @Test
  void isTheAnswerBlockForBlock() {
    var content =
        List.of(
            SIGNED,
            new Text("a", RawJson.parse("{\"citations\":null}")),
            block("{'type':'future_block','x':[1.0]}"),
            use("t"));
    assertThat(replayed(StopReason.TOOL_USE, content.toArray(ContentBlock[]::new)))
        .isEqualTo(content);
  }

  @Test
  @Tag("H07")
  void leavesBlankTextOut() {
    assertThat(replayed(StopReason.TOOL_USE, new Text(""), use("t"), new Text("\n ")))
        .containsExactly(use("t"));
  }

  @Test
  @Tag("H08")
  void isNotAddedWhenNothingIsLeft() {
    var transcript = Transcript.of("go");
    assertThat(transcript.plus(response(StopReason.END_TURN))).isSameAs(transcript);
    assertThat(transcript.plus(response(StopReason.END_TURN, new Text(" ")))).isSameAs(transcript);
  }

  @Test
  void isNotAddedWhenTheModelRefused() {
    var transcript = Transcript.of("go");
    assertThat(transcript.plus(response(StopReason.REFUSAL, new Text("I ca"), use("t"))))
        .isSameAs(transcript);
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_tokens", "model_context_window_exceeded", "none", "new_reason"})
  @Tag("D04")
  void leavesThinkingOutThatWasCutBeforeItsSignature(String reason) {
    assertThat(replayed(new StopReason(reason), SIGNED, new Text("a"), UNSIGNED))
        .containsExactly(SIGNED, new Text("a"));
  }

  /** Compatible servers sign nothing, and some want their thinking back. */
  @ParameterizedTest
  @ValueSource(strings = {"end_turn", "tool_use", "stop_sequence"})
  void keepsThinkingOfServersThatSignNothing(String reason) {
    assertThat(replayed(new StopReason(reason), UNSIGNED, new Text("a"))).contains(UNSIGNED);
  }

  @Test
  void makesDuplicateIdsUniqueAndTheirCallsRefused() {
    var uses =
        transcript(response(StopReason.TOOL_USE, use("t"), use("u"), use("t"), use("t"))).pending();
    assertThat(uses).extracting(ToolUse::id).containsExactly("t", "u", "t_2", "t_3");
    var duplicate = "Not run: two calls of one message had the same id. Make each call again.";
    assertThat(uses)
        .extracting(ToolUse::problem)
        .containsExactly(duplicate, null, duplicate, duplicate);
  }

  @Test
  @Tag("G11")
  void givesACallWhoseIdAnEarlierTurnUsedAnotherOne() {
    var first = transcript(response(StopReason.TOOL_USE, use("call_0")));
    var second =
        first
            .plus(Message.of(Role.USER, List.of(ToolResult.of("call_0", "1"))))
            .plus(response(StopReason.TOOL_USE, use("call_0")));
    assertThat(second.pending())
        .containsExactly(new ToolUse("call_0_2", "tool", RawJson.EMPTY_OBJECT));
  }

  @ParameterizedTest
  @CsvSource({"'',call", "a.b,a_b", "é,_", "'a b',a_b", "ok-1_2,ok-1_2"})
  @Tag("G12")
  void mendsIdsThatTheApiRefuses(String id, String mended) {
    var pending = transcript(response(StopReason.TOOL_USE, use(id))).pending();
    assertThat(pending).extracting(ToolUse::id).containsExactly(mended);
    assertThat(pending).extracting(ToolUse::problem).containsOnlyNulls();
  }

  @ParameterizedTest
  @CsvSource({"'',unnamed", "a b,a_b", "x.y/z,x_y_z"})
  void mendsNamesThatTheApiRefusesAndRefusesTheirCalls(String name, String mended) {
    var use = new ToolUse("t", name, RawJson.EMPTY_OBJECT);
    var pending = transcript(response(StopReason.TOOL_USE, use)).pending().get(0);
    assertThat(pending.name()).isEqualTo(mended);
    assertThat(pending.problem())
        .isEqualTo("Not run: no tool has the name that was called. Use a tool's exact name.");
  }

  @Test
  void cutsNamesThatAreTooLong() {
    var use = new ToolUse("t", "n".repeat(1_000), RawJson.EMPTY_OBJECT);
    assertThat(transcript(response(StopReason.TOOL_USE, use)).pending().get(0).name()).hasSize(128);
  }

  @Test
  void keepsTheProblemThatACallCameWith() {
    var use = new ToolUse("t", "n", RawJson.EMPTY_OBJECT, RawJson.EMPTY_OBJECT, "cut off");
    assertThat(transcript(response(StopReason.TOOL_USE, use)).pending()).containsExactly(use);
  }

  @Test
  void refusesCallsThatAreNoCalls() {
    var pending =
        transcript(
                response(
                    StopReason.TOOL_USE,
                    block("{'type':'tool_use','name':'n','input':[1]}"),
                    block("{'type':'tool_use','id':'t','input':{}}")))
            .pending();
    assertThat(pending).extracting(ToolUse::id).containsExactly("call", "t");
    assertThat(pending).extracting(ToolUse::name).containsExactly("n", "unnamed");
    assertThat(pending)
        .allMatch(use -> use.problem() != null && use.input().equals(RawJson.EMPTY_OBJECT));
  }

  @Test
  @Tag("B16")
  void keepsOfAModelThatGaveUpItsTextOnly() {
    var searched = block("{'type':'server_tool_use','id':'s1','name':'web_search','input':{}}");
    var found = block("{'type':'web_search_tool_result','tool_use_id':'s1','content':[]}");
    var dangling = block("{'type':'server_tool_use','id':'s2','name':'web_search','input':{}}");
    assertThat(
            replayed(
                StopReason.TOOL_USE,
                SIGNED,
                new Text("a"),
                use("old"),
                searched,
                found,
                dangling,
                block("{'type':'connector_text','text':'c'}"),
                FALLBACK,
                new Text("b"),
                use("older"),
                FALLBACK,
                SIGNED,
                use("new")))
        .containsExactly(
            new Text("a"), searched, found, FALLBACK, new Text("b"), FALLBACK, SIGNED, use("new"));
  }

  private static List<ContentBlock> replayed(StopReason reason, ContentBlock... content) {
    return transcript(response(reason, content)).messages().get(1).content();
  }

  private static Transcript transcript(MessageResponse response) {
    return Transcript.of("go").plus(response);
  }

  private static ToolUse use(String id) {
    return new ToolUse(id, "tool", RawJson.EMPTY_OBJECT);
  }

  private static ContentBlock block(String quoted) {
    return ContentBlock.of(RawJson.parse(quoted.replace('\'', '"')));
  }
}
