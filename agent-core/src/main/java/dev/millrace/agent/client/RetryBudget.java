package dev.millrace.agent.client;

import java.util.function.LongSupplier;

/**
 * How many retries all streams of a client may make: a bucket that each request fills by a share,
 * each second by one, and each retry empties by one. Thread-safe.
 */
final class RetryBudget {
  private static final double START = 20;
  private static final double MOST = 100;
  private static final double PER_NANO = 1e-9;

  private final double share;
  private final LongSupplier nanoTime;
  private double tokens = START;
  private long filledAt;

  RetryBudget(double share, LongSupplier nanoTime) {
    this.share = share;
    this.nanoTime = nanoTime;
    this.filledAt = nanoTime.getAsLong();
  }

  /** A request is made for the first time. */
  synchronized void request() {
    fill(share);
  }

  /** Whether one more retry may be made; counts it. */
  synchronized boolean tryRetry() {
    fill(0);
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  private void fill(double extra) {
    long now = nanoTime.getAsLong();
    tokens = Math.min(MOST, tokens + extra + (now - filledAt) * PER_NANO);
    filledAt = now;
  }
}
