package dev.millrace.examples.server;

import io.helidon.http.Status;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is refused. What it says is for the client to read. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final String type;
  private final @Nullable Duration retryAfter;

  private Problem(int status, String type, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    this.status = Status.create(status);
    this.type = type;
    this.retryAfter = retryAfter;
  }

  static Problem of(int status, String type, String message) {
    return new Problem(status, type, message, null);
  }

  /** One that goes by itself. */
  static Problem later(int status, String type, String message, Duration retryAfter) {
    return new Problem(status, type, message, retryAfter);
  }

  static Problem invalid(String message) {
    return of(400, "invalid_request_error", message);
  }

  /** The same for what is not there and for what is somebody else's. */
  static Problem notFound() {
    return of(404, "not_found_error", "there is no such conversation");
  }

  Status status() {
    return status;
  }

  String type() {
    return type;
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
