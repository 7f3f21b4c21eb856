package dev.millrace.agent.failures;

import static dev.millrace.agent.failures.Events.CALL_BLOCK;
import static dev.millrace.agent.failures.Events.START;
import static dev.millrace.agent.failures.Events.STOP;
import static dev.millrace.agent.failures.Events.TEXT_BLOCK;
import static dev.millrace.agent.failures.Events.block;
import static dev.millrace.agent.failures.Events.calls;
import static dev.millrace.agent.failures.Events.close;
import static dev.millrace.agent.failures.Events.end;
import static dev.millrace.agent.failures.Events.input;
import static dev.millrace.agent.failures.Events.reply;
import static dev.millrace.agent.failures.Events.says;
import static dev.millrace.agent.failures.Events.start;
import static dev.millrace.agent.failures.Events.stream;
import static dev.millrace.agent.failures.Events.text;
import static dev.millrace.agent.failures.Events.with;
import static dev.millrace.agent.failures.Events.without;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.testkit.Reply;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may go wrong in the order, the kinds and the sense of a stream's events. */
class ProtocolFailuresTest {
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final String WEB_SEARCH =
      "{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}";

  /** The stream fails the run, and nothing of it is run or kept. */
  private static void assertVoid(List<String> events, String... words) {
    try (var world = World.scripted(reply(events))) {
      var failure = world.failure(world.runner(), "Write it.");
      assertThat(failure).hasCauseInstanceOf(StreamException.class);
      assertThat(failure.getMessage()).contains(words);
      assertThat(world.ran()).isEmpty();
      assertThat(world.events(AgentEvent.MessageCompleted.class)).isEmpty();
      assertThat(failure.transcript()).isEqualTo(Transcript.of("Write it."));
      World.assertSendable(failure.transcript());
    }
  }

  /** One turn that calls tools, then one that says "Done."; returns the first one's results. */
  private static List<ToolResult> results(World world) {
    var result = world.run(world.runner(), "Write it.");
    assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
    assertThat(result.text()).isEqualTo("Done.");
    world.server().verify();
    World.assertPaired(result.transcript());
    return World.lastResults(result.transcript());
  }

  @Test
  @Tag("B01")
  void aSecondMessageInTheMiddleOfACallVoidsBoth() {
    var halves = new ArrayList<>(List.of(START, block(0, CALL_BLOCK), input(0, "{\"path\":")));
    halves.add(start("msg_2"));
    halves.addAll(List.of(block(0, CALL_BLOCK), input(0, "\"a\"}"), close(0)));
    halves.addAll(List.of(end("tool_use"), STOP));
    assertVoid(halves, "msg_1", "msg_2");
  }

  @Test
  @Tag("B02")
  void aPieceOrAnEndOfABlockThatNeverBeganIsRefused() {
    var whole = calls(INPUT);
    assertVoid(with(3, input(7, "{}"), whole), "block 7", "never started");
    assertVoid(with(3, close(7), whole), "block 7", "never started");
    assertVoid(without(1, whole), "block 0", "never started");
  }

  @Test
  @Tag("B03")
  void aBlockThatBeginsTwiceAsAnotherIsRefused() {
    var whole = calls(INPUT);
    var other = CALL_BLOCK.replace("toolu_1", "toolu_2");
    assertVoid(with(3, block(0, other), whole), "block 0 was started twice");
    assertVoid(with(3, block(0, TEXT_BLOCK), whole), "block 0 was started twice");
    assertVoid(with(4, block(0, CALL_BLOCK), whole), "block 0 was started twice");
  }

  @Test
  @Tag("B03")
  void blocksKeepTheOrderOfTheirNumbersWhateverNumbersAreMissing() {
    var events = new ArrayList<>(List.of(START, block(2, TEXT_BLOCK), text(2, "late")));
    events.addAll(List.of(block(0, TEXT_BLOCK), text(0, "early "), close(0), close(2)));
    events.addAll(List.of(end("end_turn"), STOP));
    try (var world = World.scripted(reply(events))) {
      assertThat(world.run(world.runner(), "Say it.").text()).isEqualTo("early late");
    }
  }

  @Test
  @Tag("B04")
  void aPieceThatDoesNotFitItsBlockIsRefused() {
    assertVoid(with(3, text(0, "a"), calls(INPUT)), "block 0", "tool_use");
    assertVoid(with(3, input(0, "{}"), says("a")), "block 0", "text");
  }

  @Test
  @Tag("B05")
  void inputsOfTwoCallsInOneBlockAreNotRun() {
    try (var world = World.scripted(reply(calls(INPUT + INPUT)), Reply.says("Done."))) {
      assertThat(results(world)).singleElement().satisfies(ProtocolFailuresTest::saysNotRun);
      assertThat(world.ran()).isEmpty();
    }
  }

  private static void saysNotRun(ToolResult answer) {
    assertThat(answer.isError()).isTrue();
    assertThat(answer.text()).startsWith("Not run");
  }

  @ParameterizedTest
  @CsvSource({"0, true, true", "1, false, true", "2, true, false"})
  @Tag("B06")
  void aCallRunsOnlyIfItsOwnBlockWasClosed(int open, boolean firstRuns, boolean secondRuns) {
    var events = new ArrayList<>(List.of(START, block(0, TEXT_BLOCK), text(0, "Now. ")));
    events.addAll(List.of(block(1, CALL_BLOCK), input(1, INPUT)));
    events.addAll(List.of(block(2, CALL_BLOCK.replace("_1", "_2")), input(2, INPUT)));
    for (int index = 0; index < 3; index++) {
      if (index != open) {
        events.add(close(index));
      }
    }
    events.addAll(List.of(end("tool_use"), STOP));
    try (var world = World.scripted(reply(events), Reply.says("Done."))) {
      assertThat(results(world))
          .extracting(ToolResult::isError)
          .containsExactly(!firstRuns, !secondRuns);
      assertThat(world.ran()).hasSize((firstRuns ? 1 : 0) + (secondRuns ? 1 : 0));
    }
  }

  @Test
  @Tag("B07")
  void aMessageThatNeverSaysWhyItStoppedRunsNothingAndIsNoCompletion() {
    for (var events : List.of(without(4, calls(INPUT)), without(4, says("Fine.")))) {
      try (var world = World.scripted(reply(events))) {
        var result = world.run(world.runner(), "Write it.");
        assertThat(result.outcome()).isEqualTo(RunOutcome.UNKNOWN_STOP_REASON);
        assertThat(world.ran()).isEmpty();
        World.assertSendable(result.transcript());
      }
    }
  }

  @Test
  @Tag("B07")
  void ofSeveralTotalsTheLastOneCounts() {
    var events = with(4, end("end_turn").replace(":9}", ":5}"), says("Fine."));
    try (var world = World.scripted(reply(events))) {
      var result = world.run(world.runner(), "Say it.");
      assertThat(result.usage().outputTokens()).isEqualTo(9);
      assertThat(result.usage().inputTokens()).isEqualTo(7);
    }
  }

  @Test
  @Tag("B08")
  void unknownEventsPiecesAndBlocksDoNoHarmAndUnknownBlocksGoBack() {
    var future = "{'type':'future_block','x':1.0}";
    var events = new ArrayList<>(List.of(START, "{\"type\":\"future_event\",\"index\":0}"));
    events.addAll(List.of(block(0, future), close(0), block(1, CALL_BLOCK), input(1, INPUT)));
    events.add(Events.delta(1, "{'type':'future_delta','x':1}"));
    events.addAll(List.of(close(1), end("tool_use"), STOP));
    try (var world = World.scripted(reply(events), Reply.says("Done."))) {
      assertThat(results(world)).extracting(ToolResult::isError).containsExactly(false);
      assertThat(world.server().requests().get(1).messages().get(1).path("content").get(0))
          .isEqualTo(RawJson.parse(future.replace('\'', '"')).node());
    }
  }

  @Test
  @Tag("B09")
  void aCallWithoutAnyInputIsHeldToItsSchema() {
    for (var fragments : new String[][] {{}, {""}}) {
      var call = Reply.message().callsInFragments("toolu_1", "write", fragments);
      try (var world = World.scripted(call, Reply.says("Done."))) {
        assertThat(results(world))
            .singleElement()
            .satisfies(ProtocolFailuresTest::saysNotRun)
            .satisfies(answer -> assertThat(answer.text()).contains("'path' is missing"));
        assertThat(world.ran()).isEmpty();
      }
    }
  }

  @Test
  @Tag("B10")
  void anInputThatCameAtTheStartIsTakenUnlessItCameTwice() {
    var atStart = List.of(START, block(0, CALL_BLOCK.replace("{}", "{'path':'a'}")), close(0));
    var once = new ArrayList<>(atStart);
    once.addAll(List.of(end("tool_use"), STOP));
    try (var world = World.scripted(reply(once), Reply.says("Done."))) {
      assertThat(results(world)).extracting(ToolResult::isError).containsExactly(false);
      assertThat(world.ran()).containsExactly("toolu_1 " + INPUT);
    }
    var twice = with(2, input(0, "{\"path\":\"b\"}"), once);
    try (var world = World.scripted(reply(twice), Reply.says("Done."))) {
      assertThat(results(world)).singleElement().satisfies(ProtocolFailuresTest::saysNotRun);
      assertThat(world.ran()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "stop_sequence, COMPLETED",
    "refusal, REFUSED",
    "model_context_window_exceeded, CONTEXT_FULL",
    "brand_new, UNKNOWN_STOP_REASON"
  })
  @Tag("B11")
  void eachReasonToStopHasAnEndOfItsOwnAndIsTold(String reason, RunOutcome outcome) {
    try (var world = World.scripted(Reply.says("Well.").calls("write", INPUT).stops(reason))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(outcome);
      assertThat(result.stopReason().value()).isEqualTo(reason);
      assertThat(world.ran()).isEmpty();
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("B11")
  void aServerThatPausesForEverIsNotFollowedForEver() {
    try (var world = World.answering(request -> paused(request.number()))) {
      var result =
          world.run(world.runner().serverTools(RawJson.parse(WEB_SEARCH)), "Search for it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(result.turns()).isLessThan(Limits.DEFAULT.turns());
      world.server().verify();
    }
  }

  private static Reply paused(int number) {
    var search = "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{}}";
    var numbered = search.replace("_1", "_" + number).replace('\'', '"');
    return Reply.message().block(numbered).stops("pause_turn");
  }

  @Test
  @Tag("B12")
  void aStopForToolsThatCallsNoneIsAnEnd() {
    try (var world = World.scripted(Reply.says("Well.").stops("tool_use"))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("Well.");
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("B12")
  void aCallInAMessageThatEndsTheTurnIsAnsweredAsNotRun() {
    try (var world = World.scripted(Reply.calls("toolu_1", "write", INPUT).stops("end_turn"))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()))
          .singleElement()
          .satisfies(ProtocolFailuresTest::saysNotRun)
          .satisfies(answer -> assertThat(answer.text()).contains("end_turn"));
      World.assertSendable(result.transcript());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "overloaded_error, true",
    "api_error, true",
    "rate_limit_error, true",
    "timeout_error, true",
    "invalid_request_error, false",
    "permission_error, false"
  })
  @Tag("B13")
  void anErrorInTheMiddleOfAMessageVoidsItWhereverItComes(String type, boolean retryable) {
    var whole = Reply.says("Half of it").calls("write", INPUT);
    for (int events = 1; events <= 8; events++) {
      try (var world = World.scripted(whole.errorEventAfter(events, type, "the reason"))) {
        var failure = world.failure(world.runner(), "Write it.");
        assertThat(failure.getCause())
            .isInstanceOfSatisfying(
                ApiException.class,
                cause -> {
                  assertThat(cause.errorType()).isEqualTo(type);
                  assertThat(cause.status()).isEmpty();
                  assertThat(cause.isRetryable()).isEqualTo(retryable);
                });
        assertThat(world.events(AgentEvent.MessageCompleted.class)).isEmpty();
        assertThat(world.ran()).isEmpty();
        assertThat(failure.transcript()).isEqualTo(Transcript.of("Write it."));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upstream died",
        "{\"error\":{\"message\":\"upstream died\"}}",
        "{\"type\":\"error\",\"error\":{\"message\":\"upstream died\"}}"
      })
  @Tag("B14")
  void anErrorThatIsNoJsonOrHasNoTypeIsToldInItsOwnWordsAndCutShort(String data) {
    var begun = Events.unnamed(says("Half").subList(0, 3));
    var error = "event: error\ndata: " + data.replace("died", "died " + "x".repeat(50_000));
    try (var world = World.scripted(stream(begun + error + "\n\n"))) {
      var failure = world.failure(world.runner(), "Say it.");
      assertThat(failure).hasCauseInstanceOf(ApiException.class);
      assertThat(failure.getMessage()).contains("upstream died").hasSizeLessThan(3_000);
    }
  }

  @Test
  @Tag("B15")
  void tokensThatNobodyReportedAreUnknownAndNotNone() {
    var silent =
        says("Fine.").stream()
            .map(event -> event.replaceAll(",\"usage\":\\{[^}]*\\}", ""))
            .toList();
    try (var world = World.scripted(reply(silent))) {
      assertThat(world.run(world.runner(), "Say it.").usage().reported()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"4294967296, 8589934592", "9223372036854775806, 9223372036854775807", "-5, 0"})
  @Tag("B15")
  void tokensBeyondAnIntAreCountedAndNeverTurnNegative(long reported, long ofTwoTurns) {
    var call = tokens(reported, calls(INPUT));
    try (var world = World.scripted(reply(call), reply(tokens(reported, says("Done."))))) {
      var usage = run(world).usage();
      assertThat(usage.outputTokens()).isEqualTo(ofTwoTurns);
      assertThat(usage.inputTokens()).isEqualTo(ofTwoTurns);
      assertThat(usage.promptTokens()).isEqualTo(ofTwoTurns);
    }
  }

  private static RunResult run(World world) {
    var unlimited = BigDecimal.valueOf(Long.MAX_VALUE);
    var limits = Limits.DEFAULT.outputTokens(Long.MAX_VALUE).costUsd(unlimited);
    return world.run(world.runner().limits(limits), "Go.");
  }

  private static List<String> tokens(long count, List<String> events) {
    return events.stream()
        .map(event -> event.replaceAll("_tokens\":\\d+", "_tokens\":" + count))
        .toList();
  }

  @Test
  @Tag("B16")
  void callsOfAModelThatAnotherOneReplacedAreNotRun() {
    var fallback = "{\"type\":\"fallback\",\"from\":{\"model\":\"a\"},\"to\":{\"model\":\"b\"}}";
    var turn =
        Reply.calls("toolu_old", "write", INPUT).block(fallback).calls("toolu_new", "write", INPUT);
    try (var world = World.scripted(turn, Reply.says("Done."))) {
      assertThat(results(world)).extracting(ToolResult::toolUseId).containsExactly("toolu_new");
      assertThat(world.ran()).containsExactly("toolu_new " + INPUT);
      assertThat(new String(world.server().requests().get(1).bytes(), UTF_8))
          .doesNotContain("toolu_old");
    }
  }
}
