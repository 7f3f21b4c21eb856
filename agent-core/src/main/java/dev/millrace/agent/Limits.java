package dev.millrace.agent;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What a run may take; checked before the next request or call is made.
 *
 * @param turns most requests to the model
 * @param toolCalls most calls of tools
 * @param outputTokens most tokens written by the model, over all turns
 * @param costUsd most US dollars; counts only models that the price table knows
 * @param wallTime most time from the start
 */
public record Limits(
    int turns, int toolCalls, long outputTokens, BigDecimal costUsd, Duration wallTime) {
  /** 100 turns, 500 tool calls, 1,000,000 output tokens, 20 US dollars, one hour. */
  public static final Limits DEFAULT =
      new Limits(100, 500, 1_000_000, BigDecimal.valueOf(20), Duration.ofHours(1));

  public Limits {
    positive("turns", turns > 0, turns);
    positive("toolCalls", toolCalls > 0, toolCalls);
    positive("outputTokens", outputTokens > 0, outputTokens);
    positive("costUsd", costUsd.signum() > 0, costUsd);
    positive("wallTime", wallTime.isPositive(), wallTime);
  }

  private static void positive(String name, boolean holds, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }

  public Limits turns(int turns) {
    return new Limits(turns, toolCalls, outputTokens, costUsd, wallTime);
  }

  public Limits toolCalls(int toolCalls) {
    return new Limits(turns, toolCalls, outputTokens, costUsd, wallTime);
  }

  public Limits outputTokens(long outputTokens) {
    return new Limits(turns, toolCalls, outputTokens, costUsd, wallTime);
  }

  public Limits costUsd(BigDecimal costUsd) {
    return new Limits(turns, toolCalls, outputTokens, costUsd, wallTime);
  }

  public Limits wallTime(Duration wallTime) {
    return new Limits(turns, toolCalls, outputTokens, costUsd, wallTime);
  }
}
