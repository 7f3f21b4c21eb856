package dev.millrace.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.corpora.Corpus;
import dev.millrace.agent.faults.CutCases.Case;
import dev.millrace.agent.faults.CutCases.Ran;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams broken on a real socket between any two of their events, in each way there is. */
@Isolated("its idle clock is short")
class CutMatrixTest {
  private static final RetryPolicy AT_ONCE =
      new RetryPolicy(
          2,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofSeconds(1),
          1,
          RetryPolicy.Scope.WHOLE_TURN);

  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  @Tag("F06")
  @Tag("B13")
  void anotherAttemptGivesWhatOneWholeAttemptGives(Fault fault) throws Exception {
    assertRecovers(fault, OwnStreams.all());
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  void anotherAttemptAtARecordingGivesWhatOneWholeAttemptGives(Fault fault) throws Exception {
    assertRecovers(fault, recorded());
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  void withoutRetriesTheRunFailsOnceAndNothingWithAnEffectRuns(Fault fault) throws Exception {
    assertFails(fault, OwnStreams.all());
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  void withoutRetriesARecordingFailsOnceAndNothingWithAnEffectRuns(Fault fault) throws Exception {
    assertFails(fault, recorded());
  }

  private static List<CutStream> recorded() {
    var streams =
        Corpus.streams().stream()
            .map(file -> CutStream.recorded(name(file), Corpus.bytes(file)))
            .toList();
    assertThat(CutCases.of(streams)).hasSizeGreaterThanOrEqualTo(2_800);
    return streams;
  }

  /** Folders hold files of the same name. */
  private static String name(Path file) {
    return Corpus.name(file.resolveSibling("").normalize()) + "/" + Corpus.name(file);
  }

  private static void assertRecovers(Fault fault, List<CutStream> streams)
      throws InterruptedException {
    var all = CutCases.of(streams);
    try (var cases = new CutCases(fault, AT_ONCE)) {
      cases.check(all, one -> assertRecovered(fault, one, cases.cut(one), cases.whole(one)));
    }
  }

  private static void assertRecovered(Fault fault, Case one, Ran cut, Ran whole) {
    assertThat(cut.failure()).isNull();
    assertThat(cut.unasked()).isZero();
    assertThat(cut.events(AgentEvent.TurnRetried.class))
        .singleElement()
        .satisfies(
            retried -> assertThat(fault.isCause(retried.cause())).isTrue(),
            retried -> assertThat(retried.turn()).isEqualTo(1),
            retried -> assertThat(retried.attempt()).isEqualTo(2));
    var result = Objects.requireNonNull(cut.result());
    var expected = Objects.requireNonNull(whole.result());
    assertThat(result.outcome()).isEqualTo(expected.outcome());
    assertThat(result.text()).isEqualTo(expected.text());
    assertThat(result.turns()).isEqualTo(expected.turns());
    assertThat(answers(result.transcript())).isEqualTo(answers(expected.transcript()));
    World.assertPaired(result.transcript());
    assertThat(cut.calls()).isEqualTo(whole.calls()).isEqualTo(one.stream().calls());
    assertThat(billed(fault, one)).map(expected.usage()::plus).contains(result.usage());
  }

  /** What the broken attempt may have cost. */
  private static List<Usage> billed(Fault fault, Case one) {
    var usages = one.stream().usages();
    int border = one.border();
    return usages.subList(fault.isOrderly() ? border : 0, border + 1);
  }

  private static List<Message> answers(Transcript transcript) {
    return transcript.messages().subList(1, transcript.messages().size());
  }

  private static void assertFails(Fault fault, List<CutStream> streams)
      throws InterruptedException {
    var all = CutCases.of(streams);
    try (var cases = new CutCases(fault, RetryPolicy.NONE)) {
      cases.check(all, one -> assertFailed(fault, one, cases.cut(one)));
    }
  }

  private static void assertFailed(Fault fault, Case one, Ran cut) {
    assertThat(cut.result()).isNull();
    assertThat(cut.unasked()).as("asked once").isEqualTo(1);
    var failure = Objects.requireNonNull(cut.failure());
    assertThat(failure.getCause()).matches(fault::isCause);
    assertThat(failure.transcript().messages()).hasSize(1);
    World.assertPaired(failure.transcript());
    assertThat(billed(fault, one)).contains(failure.usage());
    assertThat(cut.events())
        .doesNotHaveAnyElementsOfTypes(
            AgentEvent.TurnRetried.class,
            AgentEvent.MessageCompleted.class,
            AgentEvent.ToolStarted.class,
            AgentEvent.ToolFinished.class,
            AgentEvent.RunFinished.class);
    if (one.traits().isReadOnly()) {
      assertThat(one.stream().calls().keySet()).containsAll(cut.calls().keySet());
    } else {
      assertThat(cut.calls()).isEmpty();
    }
  }
}
