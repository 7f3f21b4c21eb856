package dev.millrace.agent.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How long a cancel takes, run by hand: at each point where a run may wait it prints the time until
 * the call that cancels returned, and until the run had ended and its last event was seen, over 50
 * runs each. The first should stay under 50 ms; a call that closes returns with the end. The names
 * of {@link CancelWay}s may be given as arguments; {@code CANCEL} and {@code SIGNAL} unless they
 * are.
 */
public final class CancelBenchmark {
  private static final int ROUNDS = 50;
  private static final int WARM_UP = 10;

  /** For the run to fall asleep at its point. */
  private static final Duration PAUSE = Duration.ofMillis(2);

  private CancelBenchmark() {}

  public static void main(String[] arguments) throws InterruptedException {
    var ways = arguments.length == 0 ? new String[] {"CANCEL", "SIGNAL"} : arguments;
    for (var way : ways) {
      measure(CancelWay.valueOf(way));
    }
  }

  /** Points that are one line of the table. */
  private record Line(String name, List<Supplier<AwaitPoint>> points) {
    static Line of(String name, Supplier<AwaitPoint> point) {
      return new Line(name, List.of(point));
    }
  }

  private static void measure(CancelWay way) throws InterruptedException {
    var lines = lines(way);
    for (int i = 0; i < WARM_UP; i++) {
      for (var line : lines) {
        times(line.points().getFirst().get(), way);
      }
    }
    System.out.printf("%n%-46s %-19s %s%n", way, "returned, ms", "ended, ms");
    System.out.printf("%-36s %8s %9s %9s %9s %9s%n", "", "runs", "median", "max", "median", "max");
    for (var line : lines) {
      print(line, way);
    }
  }

  private static void print(Line line, CancelWay way) throws InterruptedException {
    var returned = new ArrayList<Duration>();
    var ended = new ArrayList<Duration>();
    for (var point : line.points()) {
      for (int round = 0; round < ROUNDS; round++) {
        var times = times(point.get(), way);
        returned.add(times.returned());
        ended.add(times.ended());
      }
    }
    System.out.printf(
        "%-36s %8d %9.2f %9.2f %9.2f %9.2f%n",
        line.name(),
        returned.size(),
        median(returned),
        millis(Collections.max(returned)),
        median(ended),
        millis(Collections.max(ended)));
  }

  private record Times(Duration returned, Duration ended) {}

  private static Times times(AwaitPoint point, CancelWay way) throws InterruptedException {
    try (var scene = new CancelScene(point)) {
      scene.end(way, PAUSE);
      return new Times(scene.cancelTook(), scene.endTook());
    }
  }

  private static double median(List<Duration> times) {
    return millis(times.stream().sorted().toList().get(times.size() / 2));
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }

  private static List<Line> lines(CancelWay way) {
    var lines =
        Stream.of(
            Line.of("before the run", AwaitPoints::beforeTheRun),
            Line.of("before the first request", () -> AwaitPoints.beforeTheRequestOf(1)),
            Line.of("in a wait for a retry", AwaitPoints::inARetryWait),
            Line.of("before the head of an answer", () -> AwaitPoints.beforeTheHeadOf(1)),
            borders(1),
            borders(2),
            borders(3),
            Line.of("in the middle of a frame", () -> AwaitPoints.atByte(1, 100, 0)),
            Line.of(
                "while the policy decides",
                () -> AwaitPoints.whileThePolicyDecidesOn(CancelScene.WRITE)),
            Line.of(
                "in a tool that obeys its signal",
                () -> AwaitPoints.inAToolThatObeysItsSignal(CancelScene.WATCH)),
            Line.of(
                "in a tool that obeys interrupts",
                () -> AwaitPoints.inAToolThatObeysInterrupts(CancelScene.ALONE)),
            Line.of(
                "in a tool that takes its time",
                () -> AwaitPoints.inAToolThatTakesItsTime(CancelScene.STAY)),
            Line.of(
                "in a tool that ignores all (10 ms)",
                () -> AwaitPoints.inAToolThatIgnoresAllSigns(CancelScene.STAY)),
            Line.of("between tools and the next request", () -> AwaitPoints.afterTheLastOf(3)),
            Line.of("while a listener runs", () -> AwaitPoints.at(event -> true)));
    var full = Line.of("while the queue is full", AwaitPoints::whileTheQueueIsFull);
    return (way.isPulled() ? Stream.concat(lines, Stream.of(full)) : lines).toList();
  }

  private static Line borders(int turn) {
    return new Line(
        "after each event of turn " + turn,
        IntStream.range(0, CancelScene.events(turn))
            .mapToObj(event -> (Supplier<AwaitPoint>) () -> AwaitPoints.afterEvent(turn, event))
            .toList());
  }
}
