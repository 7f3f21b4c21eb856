package dev.millrace.agent.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an answer's headers say about trying again. */
final class RetryAdvice {
  private static final double MAX_SECONDS = 1e15;

  private final Function<String, @Nullable String> headers;
  private final InstantSource wallClock;

  /**
   * Reads from these headers; the clock is only asked when there is no {@code Date} among them.
   *
   * @param headers the first value of a header by its name, null when there is none
   */
  RetryAdvice(Function<String, @Nullable String> headers, InstantSource wallClock) {
    this.headers = headers;
    this.wallClock = wallClock;
  }

  /** The server's word on whether to try again, if it has one. */
  Optional<Boolean> shouldRetry() {
    return switch (header("x-should-retry")) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** How long the server asks to wait; empty when it does not, or not in a way to be understood. */
  Optional<Duration> retryAfter() {
    return seconds(header("retry-after-ms"), 1e-3)
        .or(() -> seconds(header("retry-after"), 1))
        .or(() -> untilDate(header("retry-after")));
  }

  private String header(String name) {
    var value = headers.apply(name);
    return value == null ? "" : value.strip();
  }

  private static Optional<Duration> seconds(String number, double unit) {
    try {
      double seconds = Double.parseDouble(number) * unit;
      return seconds > 0 && seconds <= MAX_SECONDS
          ? Optional.of(duration(seconds))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Duration duration(double seconds) {
    long whole = (long) seconds;
    return Duration.ofSeconds(whole, Math.round((seconds - whole) * 1e9));
  }

  private Optional<Duration> untilDate(String date) {
    return instant(date)
        .map(until -> Duration.between(instant(header("date")).orElseGet(this::now), until))
        .filter(wait -> wait.isPositive());
  }

  private Instant now() {
    return wallClock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static Optional<Instant> instant(String date) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
