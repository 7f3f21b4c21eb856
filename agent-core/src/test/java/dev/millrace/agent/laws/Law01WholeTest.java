package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 1, whole: no tool runs unless its turn, its block and its input are whole and valid. */
class Law01WholeTest {
  private static final String INPUT = "{\"path\":\"a \\\"b\\\" \\u00e9\"}";

  static IntStream cuts() {
    return IntStream.range(1, INPUT.length());
  }

  @ParameterizedTest
  @MethodSource("cuts")
  @Tag("C01")
  void inputCutByMaxTokensIsNeverRun(int length) {
    var cut = Reply.message().callsInFragments("toolu_1", "write", INPUT.substring(0, length));
    try (var world = World.scripted(cut.stops("max_tokens"), Reply.says("I see."))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()))
          .singleElement()
          .satisfies(answer -> assertThat(answer.isError()).isTrue())
          .satisfies(answer -> assertThat(answer.text()).contains("cut off by max_tokens"));
      world.server().verify();
    }
  }

  @ParameterizedTest
  @MethodSource("cuts")
  @Tag("C01")
  void inputCutWithStopReasonToolUseIsNeverRun(int length) {
    var cut = Reply.message().callsInFragments("toolu_1", "write", INPUT.substring(0, length));
    assertRefused(cut.stops("tool_use"), "no valid JSON object");
  }

  @Test
  @Tag("D01")
  @Tag("D02")
  void wholeInputOfACutMessageIsNotRunEither() {
    var cut = Reply.calls("toolu_1", "write", INPUT).calls("toolu_2", "write", INPUT);
    try (var world = World.scripted(cut.stops("max_tokens"), Reply.says("I see."))) {
      world.run(world.runner(), "Write it.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @Test
  @Tag("D01")
  @Tag("D02")
  void aSecondCutInARowEndsTheRun() {
    var cut = Reply.calls("toolu_1", "write", INPUT).stops("max_tokens");
    var again = Reply.calls("toolu_2", "write", INPUT).stops("max_tokens");
    try (var world = World.scripted(cut, again)) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.MAX_TOKENS);
      assertThat(world.ran()).isEmpty();
      World.assertSendable(result.transcript());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"x\"",
        "null",
        "42",
        "{\"path\":\"a\"}{\"path\":\"b\"}",
        "{\"path\":\"/safe\",\"path\":\"/etc/passwd\"}",
        "{\"path\":cronjob}",
        "{\"path\":\"\\ud83d\"}",
        "{'path':'a'}",
        "{\"path\":\"a\",}"
      })
  @Tag("B05")
  @Tag("C02")
  @Tag("C03")
  @Tag("C07")
  @Tag("C09")
  void inputThatIsNotOneStrictObjectIsNeverRun(String input) {
    assertRefused(
        Reply.message().callsInFragments("toolu_1", "write", input), "no valid JSON object");
  }

  @Test
  @Tag("C04")
  void inputNestedTooDeepIsNeverRun() {
    var deep = "{\"path\":" + "[".repeat(1_100) + "]".repeat(1_100) + "}";
    assertRefused(
        Reply.message().callsInFragments("toolu_1", "write", deep), "no valid JSON object");
  }

  @Test
  @Tag("C10")
  void inputThatDoesNotFitItsSchemaIsNeverRunAndThePointerIsNamed() {
    assertRefused(Reply.calls("toolu_1", "write", "{}"), "path");
    assertRefused(Reply.calls("toolu_1", "write", "{\"path\":5}"), "/path");
    assertRefused(Reply.calls("toolu_1", "write", "{\"path\":\"a\",\"mode\":1}"), "mode");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "end_turn",
        "stop_sequence",
        "refusal",
        "model_context_window_exceeded",
        "pause_turn",
        "something_new"
      })
  @Tag("B11")
  @Tag("B12")
  void noToolRunsOnAnyOtherStopReason(String reason) {
    var reply = Reply.calls("toolu_1", "write", INPUT).stops(reason);
    try (var world =
        World.answering(request -> request.turn() == 1 ? reply : Reply.says("Fine."))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(world.ran()).isEmpty();
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("B07")
  void noToolRunsOnANullStopReason() {
    assertNothingRan(RunOutcome.UNKNOWN_STOP_REASON, events("null", true));
  }

  @Test
  @Tag("B06")
  void aBlockThatWasNeverClosedIsNotRun() {
    try (var world =
        World.scripted(Reply.events(events("\"tool_use\"", false)), Reply.says("Sorry."))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()))
          .singleElement()
          .extracting(ToolResult::isError)
          .isEqualTo(true);
    }
  }

  @Test
  @Tag("D03")
  void aCompleteLookingTurnWithoutMessageStopRunsNothing() {
    var events = new ArrayList<>(List.of(events("\"tool_use\"", true)));
    events.removeLast();
    var reply = Reply.events(events.toArray(String[]::new));
    try (var world = World.scripted(reply)) {
      var failure = world.failure(world.runner(), "Write it.");
      assertThat(failure.getCause()).isInstanceOf(StreamException.class);
      assertThat(world.ran()).isEmpty();
    }
  }

  static Stream<Cut> waysToCut() {
    return Stream.of(Cut.values());
  }

  @ParameterizedTest
  @MethodSource("waysToCut")
  @Tag("E01")
  void noToolRunsWhereverTheStreamIsCut(Cut way) {
    var events = events("\"tool_use\"", true);
    for (int n = 1; n < events.length; n++) {
      try (var world = World.scripted(Reply.events(events).cutAfterEvent(n, way))) {
        world.failure(world.runner(), "Write it.");
        assertThat(world.ran()).as("after event %s", n).isEmpty();
      }
    }
  }

  @Test
  @Tag("B09")
  void aCallWithoutAnyInputRunsWhenItsSchemaAllowsAnEmptyObject() {
    try (var world =
        World.scripted(
            Reply.message().callsInFragments("toolu_1", "now"), Reply.says("It is noon."))) {
      var now =
          dev.millrace.agent.tool.Tool.of(
              "now",
              "The time.",
              Nothing.class,
              (input, context) -> {
                world.ran().add(context.toolUseId());
                return "12:00";
              });
      world.run(world.runner().tools(now), "What time is it?");
      assertThat(world.ran()).containsExactly("toolu_1");
    }
  }

  record Nothing() {}

  private static String[] events(String stopReason, boolean closed) {
    var events =
        new ArrayList<>(
            List.of(
                """
                {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}\
                """,
                """
                {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"write","input":{}}}\
                """,
                """
                {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"path\\":\\"a\\"}"}}\
                """));
    if (closed) {
      events.add("{\"type\":\"content_block_stop\",\"index\":0}");
    }
    events.add(
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
            + stopReason
            + "},\"usage\":{\"output_tokens\":9}}");
    events.add("{\"type\":\"message_stop\"}");
    return events.toArray(String[]::new);
  }

  private static void assertNothingRan(RunOutcome outcome, String... events) {
    try (var world = World.scripted(Reply.events(events))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(outcome);
      assertThat(world.ran()).isEmpty();
      World.assertSendable(result.transcript());
    }
  }

  private static void assertRefused(Reply call, String why) {
    try (var world = World.scripted(call, Reply.says("Sorry."))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()))
          .singleElement()
          .satisfies(answer -> assertThat(answer.isError()).isTrue())
          .satisfies(answer -> assertThat(answer.text()).contains("Not run").contains(why));
      world.server().verify();
    }
  }
}
