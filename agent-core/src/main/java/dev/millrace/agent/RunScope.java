package dev.millrace.agent;

import dev.millrace.agent.tool.CallingRun;
import java.time.Duration;

/**
 * A run as the runs inside it see it.
 *
 * @param budget which they share
 * @param startedAt when it began, in the time of {@link System#nanoTime()}
 * @param wallTime most time from then
 * @param depth 1 for a run that is inside no other
 */
record RunScope(Budget budget, long startedAt, Duration wallTime, int depth) implements CallingRun {
  private static final int MOST_DEPTH = 8;
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * A run that begins now.
   *
   * @throws IllegalStateException when it is inside too many others
   */
  static RunScope enter(CallingRun outer, Limits limits) {
    long now = System.nanoTime();
    if (!(outer instanceof RunScope around)) {
      return new RunScope(new Budget(limits, null), now, shorter(limits.wallTime(), LONGEST), 1);
    }
    if (around.depth == MOST_DEPTH) {
      throw new IllegalStateException(
          "a run inside a run, "
              + (MOST_DEPTH + 1)
              + " deep: tools that start runs call each other");
    }
    var left = around.wallTime.minusNanos(now - around.startedAt);
    var wallTime = shorter(limits.wallTime(), left.isNegative() ? Duration.ZERO : left);
    return new RunScope(new Budget(limits, around.budget), now, wallTime, around.depth + 1);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** When its time is up, in the time of {@link System#nanoTime()}. */
  long deadline() {
    return startedAt + wallTime.toNanos();
  }
}
