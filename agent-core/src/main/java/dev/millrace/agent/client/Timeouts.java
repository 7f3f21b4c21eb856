package dev.millrace.agent.client;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How long a streamed answer may keep silent, by five clocks. Each is a positive duration; {@link
 * #OFF} stops a clock. They are looked at about twenty times a second, so that they go off up to 50
 * ms late. The idle and progress clocks stand still while a listener works.
 *
 * @param connect until the connection stands, TLS included; at each of the host's addresses; 10 s
 *     by default
 * @param firstByte from the moment the request is being sent until the answer's head is there, and
 *     also how long a request waits for a connection while all are in use; 2 min by default
 * @param idle between two bytes of the answer, whatever they are; 90 s by default
 * @param progress between two events that bring the message forward, pings and unknown events being
 *     none; 5 min by default
 * @param turn the whole call, with its retries and the waits between them, and with the time that
 *     the listener takes; 30 min by default
 */
public record Timeouts(
    Duration connect, Duration firstByte, Duration idle, Duration progress, Duration turn) {
  /** The duration that never ends. */
  public static final Duration OFF = ChronoUnit.FOREVER.getDuration();

  /** The defaults named above. */
  public static final Timeouts DEFAULT =
      new Timeouts(
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          Duration.ofSeconds(90),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30));

  /**
   * Checks the durations.
   *
   * @throws IllegalArgumentException when one is zero or negative
   */
  public Timeouts {
    checkPositive("connect", connect);
    checkPositive("firstByte", firstByte);
    checkPositive("idle", idle);
    checkPositive("progress", progress);
    checkPositive("turn", turn);
  }

  private static void checkPositive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "the " + name + " timeout must be positive, or Timeouts.OFF; it is " + value);
    }
  }

  /** These, with another connect clock. */
  public Timeouts withConnect(Duration connect) {
    return new Timeouts(connect, firstByte, idle, progress, turn);
  }

  /** These, with another first byte clock. */
  public Timeouts withFirstByte(Duration firstByte) {
    return new Timeouts(connect, firstByte, idle, progress, turn);
  }

  /** These, with another idle clock. */
  public Timeouts withIdle(Duration idle) {
    return new Timeouts(connect, firstByte, idle, progress, turn);
  }

  /** These, with another progress clock. */
  public Timeouts withProgress(Duration progress) {
    return new Timeouts(connect, firstByte, idle, progress, turn);
  }

  /** These, with another turn clock. */
  public Timeouts withTurn(Duration turn) {
    return new Timeouts(connect, firstByte, idle, progress, turn);
  }

  /** The limit of a clock. */
  Duration limit(ApiTimeoutException.Clock clock) {
    return switch (clock) {
      case CONNECT -> connect;
      case FIRST_BYTE -> firstByte;
      case IDLE -> idle;
      case PROGRESS -> progress;
      case TURN -> turn;
    };
  }

  /** The limit of a clock in nanoseconds; the largest long when it is off. */
  long nanos(ApiTimeoutException.Clock clock) {
    var limit = limit(clock);
    return limit.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : limit.toNanos();
  }
}
