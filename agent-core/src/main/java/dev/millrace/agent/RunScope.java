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
 * @param listener told what happens, on the run's own thread
 */
record RunScope(Budget budget, long startedAt, Duration wallTime, int depth, RunListener listener)
    implements CallingRun {
  private static final int MOST_DEPTH = 8;
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * A run that begins now.
   *
   * @throws IllegalStateException when it is inside too many others
   */
  static RunScope enter(CallingRun outer, Limits limits, RunListener listener) {
    long now = System.nanoTime();
    if (!(outer instanceof RunScope around)) {
      var wallTime = shorter(limits.wallTime(), LONGEST);
      return new RunScope(new Budget(limits, null), now, wallTime, 1, listener);
    }
    if (around.depth == MOST_DEPTH) {
      throw new IllegalStateException(
          "a run inside a run, "
              + (MOST_DEPTH + 1)
              + " deep: tools that start runs call each other");
    }
    var left = around.wallTime.minusNanos(now - around.startedAt);
    var wallTime = shorter(limits.wallTime(), left.isNegative() ? Duration.ZERO : left);
    var budget = new Budget(limits, around.budget);
    return new RunScope(budget, now, wallTime, around.depth + 1, listener);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** When its time is up, in the time of {@link System#nanoTime()}. */
  long deadline() {
    return startedAt + wallTime.toNanos();
  }
}
