package dev.millrace.examples.server;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** What one principal may take: runs at once, runs a minute, and money an hour. Thread-safe. */
final class Quota {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();

  /** What is the most of each. */
  record Limits(int runsAtOnce, int runsPerMinute, BigDecimal usdPerHour) {}

  private record Payment(long at, BigDecimal usd) {}

  private final Limits limits;
  private final LongSupplier nanoTime;
  private final Deque<Long> starts = new ArrayDeque<>();
  private final Deque<Payment> payments = new ArrayDeque<>();
  private BigDecimal paid = BigDecimal.ZERO;
  private int running;

  Quota(Limits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a run.
   *
   * @throws Problem 429 with the time after which it may be tried again
   */
  synchronized void begin() {
    long now = nanoTime.getAsLong();
    forget(now);
    if (running >= limits.runsAtOnce) {
      throw full(limits.runsAtOnce + " runs go on, and no more may at once", 1_000_000_000L);
    }
    if (starts.size() >= limits.runsPerMinute) {
      throw full(
          limits.runsPerMinute + " runs were begun within a minute",
          MINUTE - (now - starts.getFirst()));
    }
    if (paid.compareTo(limits.usdPerHour) >= 0) {
      throw full(
          "$" + limits.usdPerHour + " were spent within an hour",
          HOUR - (now - payments.getFirst().at));
    }
    running++;
    starts.add(now);
  }

  private void forget(long now) {
    while (!starts.isEmpty() && now - starts.getFirst() >= MINUTE) {
      starts.removeFirst();
    }
    while (!payments.isEmpty() && now - payments.getFirst().at >= HOUR) {
      paid = paid.subtract(payments.removeFirst().usd);
    }
  }

  private static Problem full(String why, long nanos) {
    var wait = Duration.ofSeconds(Math.max(1, (nanos + 999_999_999) / 1_000_000_000));
    return Problem.later(429, "rate_limit_error", why + "; try again later", wait);
  }

  /** Gives a run back, with what it has cost. */
  synchronized void end(BigDecimal usd) {
    running--;
    if (usd.signum() > 0) {
      payments.add(new Payment(nanoTime.getAsLong(), usd));
      paid = paid.add(usd);
    }
  }
}
