package dev.millrace.agent.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A clock of {@link Timeouts} went off; the connection was aborted. */
public final class ApiTimeoutException extends ApiException {
  private static final long serialVersionUID = 1L;

  private final Clock clock;
  private final Duration limit;

  /** The clocks of {@link Timeouts}. */
  public enum Clock {
    CONNECT("connect", "no connection stood"),
    FIRST_BYTE("firstByte", "the server sent no answer"),
    IDLE("idle", "the server sent no byte"),
    PROGRESS("progress", "the server sent nothing but signs of life"),
    TURN("turn", "the answer was not complete");

    private final String setting;
    private final String trouble;

    Clock(String setting, String trouble) {
      this.setting = setting;
      this.trouble = trouble;
    }
  }

  ApiTimeoutException(
      Clock clock, Duration limit, String where, Details details, @Nullable Throwable cause) {
    super(
        "%s within %s s%s; change Timeouts.%s if that is too strict"
            .formatted(clock.trouble, seconds(limit), where, clock.setting),
        details,
        cause);
    this.clock = clock;
    this.limit = limit;
  }

  private static String seconds(Duration limit) {
    double seconds = limit.toMillis() / 1000.0;
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }

  /** The clock that went off. */
  public Clock clock() {
    return clock;
  }

  /** The limit that it was set to. */
  public Duration limit() {
    return limit;
  }
}
