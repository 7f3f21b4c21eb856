package dev.millrace.agent.faults;

import static dev.millrace.agent.faults.CancelScene.ALONE;
import static dev.millrace.agent.faults.CancelScene.GIVEN_UP;
import static dev.millrace.agent.faults.CancelScene.OBEYED;
import static dev.millrace.agent.faults.CancelScene.READ;
import static dev.millrace.agent.faults.CancelScene.STAY;
import static dev.millrace.agent.faults.CancelScene.TURNS;
import static dev.millrace.agent.faults.CancelScene.WATCH;
import static dev.millrace.agent.faults.CancelScene.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * A run is cancelled wherever it may wait, in all ways there are. Each time it ends once and
 * CANCELLED, its transcript can be sent, what is said of its calls is true, no connection is left,
 * and only an interrupt leaves the flag set.
 */
@Timeout(120)
class CancelMatrixTest {
  private static final Judge JUDGE = new Judge();

  @AfterAll
  static void close() {
    JUDGE.close();
  }

  private static Transcript cancelled(AwaitPoint point, CancelWay way) throws InterruptedException {
    try (var scene = new CancelScene(point)) {
      var transcript = scene.cancelled(way);
      if (way == CancelWay.SIGNAL || way == CancelWay.CANCEL) {
        JUDGE.accepts(transcript);
      }
      return transcript;
    }
  }

  private static Map<String, String> texts(Transcript transcript) {
    return CancelScene.results(transcript).stream()
        .collect(Collectors.toMap(ToolResult::toolUseId, ToolResult::text));
  }

  @Test
  void aRunThatNobodyCancelsHasThreeTurnsAndFiveCalls() {
    var counting =
        new AwaitPoint() {
          private final int[] numbers = new int[TURNS];

          @Override
          Reply reply(int turn, MessageReply whole) {
            return whole;
          }

          @Override
          void arrived(int turn, int number) {
            numbers[turn - 1] = number;
          }
        };
    try (var scene = new CancelScene(counting)) {
      var result = scene.uncancelled();
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(texts(result.transcript()).keySet())
          .containsExactlyInAnyOrder(READ, WRITE, WATCH, STAY, ALONE);
      for (int turn = 1; turn <= TURNS; turn++) {
        assertThat(counting.numbers[turn - 1]).isEqualTo(CancelScene.events(turn));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void beforeAnythingWasDone(CancelWay way) throws InterruptedException {
    cancelled(AwaitPoints.beforeTheRun(), way);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void beforeAnyRequest(CancelWay way) throws InterruptedException {
    for (int turn = 1; turn <= TURNS; turn++) {
      var transcript = cancelled(AwaitPoints.beforeTheRequestOf(turn), way);
      assertThat(transcript.messages()).hasSize(2 * turn - 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F04")
  void inAWaitForARetry(CancelWay way) throws InterruptedException {
    var transcript = cancelled(AwaitPoints.inARetryWait(), way);
    assertThat(transcript).isEqualTo(Transcript.of("Go."));
  }

  @ParameterizedTest
  @EnumSource
  void beforeTheHeadOfAnyAnswer(CancelWay way) throws InterruptedException {
    for (int turn = 1; turn <= TURNS; turn++) {
      cancelled(AwaitPoints.beforeTheHeadOf(turn), way);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void afterAnyEventOfAnyStream(CancelWay way) throws InterruptedException {
    for (int turn = 1; turn <= TURNS; turn++) {
      for (int event = 0; event < CancelScene.events(turn); event++) {
        var transcript = cancelled(AwaitPoints.afterEvent(turn, event), way);
        // Nothing of the message that was not whole.
        assertThat(transcript.messages()).hasSize(2 * turn - 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void inTheMiddleOfAFrame(CancelWay way) throws InterruptedException {
    for (int turn = 1; turn <= TURNS; turn++) {
      // In the name of the first event, in its data, and in the event after it.
      cancelled(AwaitPoints.atByte(turn, 10, 0), way);
      cancelled(AwaitPoints.atByte(turn, 100, 0), way);
      cancelled(AwaitPoints.atByte(turn, 530, 1), way);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void whileThePolicyDecides(CancelWay way) throws InterruptedException {
    for (var tool : List.of(READ, WRITE, WATCH, STAY, ALONE)) {
      cancelled(AwaitPoints.whileThePolicyDecidesOn(tool), way);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("G16")
  void inAToolThatObeys(CancelWay way) throws InterruptedException {
    var transcript = cancelled(AwaitPoints.inAToolThatObeysItsSignal(WATCH), way);
    assertThat(texts(transcript)).containsEntry(WATCH, OBEYED).containsEntry(WRITE, "done write");
    var last = cancelled(AwaitPoints.inAToolThatObeysInterrupts(ALONE), way);
    assertThat(texts(last)).containsEntry(ALONE, OBEYED).containsEntry(STAY, "done stay");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("G16")
  void inAToolThatIgnoresInterrupts(CancelWay way) throws InterruptedException {
    var kept = cancelled(AwaitPoints.inAToolThatTakesItsTime(STAY), way);
    assertThat(texts(kept)).containsEntry(STAY, "done stay");
    assertThat(texts(kept).get(ALONE)).startsWith("Not run: ");
    var lost = cancelled(AwaitPoints.inAToolThatIgnoresAllSigns(STAY), way);
    assertThat(texts(lost)).containsEntry(STAY, GIVEN_UP);
    assertThat(texts(lost).get(ALONE)).startsWith("Not run: ");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void betweenToolsAndTheNextRequest(CancelWay way) throws InterruptedException {
    var first = cancelled(AwaitPoints.afterTheLastOf(3), way);
    assertThat(texts(first)).containsEntry(READ, "done read").containsEntry(WATCH, "done watch");
    var second = cancelled(AwaitPoints.afterTheLastOf(5), way);
    assertThat(texts(second)).containsEntry(STAY, "done stay").containsEntry(ALONE, "done alone");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void whileAListenerRuns(CancelWay way) throws InterruptedException {
    List<Predicate<AgentEvent>> events =
        List.of(
            AgentEvent.RunStarted.class::isInstance,
            AgentEvent.TurnStarted.class::isInstance,
            AgentEvent.TextDelta.class::isInstance,
            AgentEvent.ToolInputDelta.class::isInstance,
            AgentEvent.MessageCompleted.class::isInstance,
            AgentEvent.ToolStarted.class::isInstance,
            event -> event instanceof AgentEvent.ToolStarted(var use) && use.name().equals(STAY),
            AgentEvent.ToolFinished.class::isInstance);
    for (var event : events) {
      cancelled(AwaitPoints.at(event), way);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tooLateForARunThatHasEnded(CancelWay way) throws InterruptedException {
    cancelled(AwaitPoints.atTheEnd(), way);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I02")
  void inARaceWithTheEnd(CancelWay way) throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      cancelled(AwaitPoints.shortlyBeforeTheEnd(), way);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {
        "SIGNAL_TO_A_PULLED_RUN",
        "CANCEL",
        "CANCEL_TWICE_AT_ONCE",
        "CLOSE",
        "INTERRUPT_OF_THE_PULLER"
      })
  void whileNobodyPullsAndTheQueueIsFull(CancelWay way) throws InterruptedException {
    var transcript = cancelled(AwaitPoints.whileTheQueueIsFull(), way);
    assertThat(transcript).isEqualTo(Transcript.of("Go."));
  }
}
