package dev.millrace.agent.tool;

import java.time.Duration;

/**
 * Caps on what tools may take.
 *
 * @param resultCharacters most characters of text in one result; more is cut in the middle, and the
 *     model is told how much
 * @param cancelGrace how long running calls may take to end after a cancel before they are given up
 * @param lostThreads most calls that may have outlived their timeout and still run, over all runs
 *     of a runner; beyond it no call starts any more
 */
public record ToolLimits(int resultCharacters, Duration cancelGrace, int lostThreads) {
  /** 262,144 characters, 200 ms, 100 threads. */
  public static final ToolLimits DEFAULT = new ToolLimits(256 * 1024, Duration.ofMillis(200), 100);

  public ToolLimits {
    if (resultCharacters < 1_000) {
      throw new IllegalArgumentException(
          "resultCharacters must be 1,000 or more, not " + resultCharacters);
    }
    if (cancelGrace.isNegative()) {
      throw new IllegalArgumentException("cancelGrace must not be negative, but is " + cancelGrace);
    }
    if (lostThreads < 0) {
      throw new IllegalArgumentException("lostThreads must be 0 or more, not " + lostThreads);
    }
  }
}
