package dev.millrace.agent.client;

import java.time.Duration;

/**
 * When a request is made again: at most in the {@link Scope} that is set, and after the first event
 * of an answer only for a listener that can start over ({@link StreamListener#mayStartOver}).
 *
 * <p>Retried are the statuses 408, 409, 429 and 500 and above, connections that break or keep
 * silent, answers that break off, and errors of the same kinds that come as events. The header
 * {@code x-should-retry} is obeyed before all else. The wait is what the server asks for in {@code
 * retry-after-ms} or {@code retry-after}, else a random part of {@code firstWait} doubled with each
 * retry up to {@code maxWait}.
 *
 * @param maxRetries how often one request is made again, 0 for never; 2 by default
 * @param firstWait the longest wait before the first retry; 0.5 s by default
 * @param maxWait the longest wait of our own choosing; 8 s by default
 * @param maxRetryAfter the longest wait that a server may ask for; when it asks for more, the
 *     request fails at once; 60 s by default
 * @param extraShare the share of retries among all requests of a client, over time, so that many
 *     runs do not make an outage worse; 0.1 by default. A client has 20 retries to start with, and
 *     one more each second, up to 100.
 */
public record RetryPolicy(
    int maxRetries,
    Duration firstWait,
    Duration maxWait,
    Duration maxRetryAfter,
    double extraShare,
    Scope scope) {
  /** How far an answer may have come when it fails, to be asked for again. */
  public enum Scope {
    /** Nothing of it may have been handed over yet. */
    BEFORE_FIRST_EVENT,
    /** Anywhere before its end; what was handed over is void then. */
    WHOLE_TURN
  }

  /** The defaults named above. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          2,
          Duration.ofMillis(500),
          Duration.ofSeconds(8),
          Duration.ofSeconds(60),
          0.1,
          Scope.WHOLE_TURN);

  /** No retries at all. */
  public static final RetryPolicy NONE = DEFAULT.withMaxRetries(0);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when one is negative or no number
   */
  public RetryPolicy {
    if (maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries must be 0 or more, not " + maxRetries);
    }
    checkNotNegative("firstWait", firstWait);
    checkNotNegative("maxWait", maxWait);
    checkNotNegative("maxRetryAfter", maxRetryAfter);
    if (!(extraShare >= 0 && extraShare <= 1)) {
      throw new IllegalArgumentException("extraShare must be 0 to 1, not " + extraShare);
    }
  }

  private static void checkNotNegative(String name, Duration value) {
    if (value.isNegative() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(name + " must be 0 to 1 day, not " + value);
    }
  }

  /** This policy, with another number of retries. */
  public RetryPolicy withMaxRetries(int maxRetries) {
    return new RetryPolicy(maxRetries, firstWait, maxWait, maxRetryAfter, extraShare, scope);
  }

  /** This policy, with other waits of our own choosing. */
  public RetryPolicy withWaits(Duration firstWait, Duration maxWait) {
    return new RetryPolicy(maxRetries, firstWait, maxWait, maxRetryAfter, extraShare, scope);
  }

  /** This policy, with another cap of what a server may ask for. */
  public RetryPolicy withMaxRetryAfter(Duration maxRetryAfter) {
    return new RetryPolicy(maxRetries, firstWait, maxWait, maxRetryAfter, extraShare, scope);
  }

  /** This policy, for another part of an answer. */
  public RetryPolicy withScope(Scope scope) {
    return new RetryPolicy(maxRetries, firstWait, maxWait, maxRetryAfter, extraShare, scope);
  }

  /**
   * The wait before a retry when the server names none.
   *
   * @param retry 1 for the first
   * @param random from 0 to 1
   */
  Duration ownWait(int retry, double random) {
    double doubled = firstWait.toNanos() * Math.pow(2, retry - 1);
    return Duration.ofNanos((long) (Math.min(doubled, (double) maxWait.toNanos()) * random));
  }

  /** The wait before a retry when the server asks for one: never less, a little more to spread. */
  Duration askedWait(Duration asked, double random) {
    return asked.plus(Duration.ofNanos((long) (asked.toNanos() * 0.1 * random)));
  }
}
