package dev.millrace.agent.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The API refused a request, failed, or could not be reached. Each subclass is a case that callers
 * treat differently. Its message names status, error type and request id in one line and never
 * holds the key.
 */
public class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Details details;
  private int attempts = 1;
  private String note = "";

  /**
   * What is known of the failure.
   *
   * @param status the HTTP status, 0 when no answer came
   * @param errorType the API's error type, such as {@code overloaded_error}; empty when unknown
   * @param errorCode the API's {@code details.error_code}; empty when there is none
   * @param requestId the API's id of the request; empty when unknown
   * @param retryable whether the same request may succeed later
   * @param retryAfter how long the server asked to wait, null when it did not
   */
  public record Details(
      int status,
      String errorType,
      String errorCode,
      String requestId,
      boolean retryable,
      @Nullable Duration retryAfter) {}

  public ApiException(String message, Details details, @Nullable Throwable cause) {
    super(message, cause);
    this.details = details;
  }

  /** Notes in which attempt this happened; called before anyone has seen it. */
  final void happenedIn(int attempt) {
    attempts = attempt;
  }

  /** Notes why it was not tried again although it may succeed later. */
  final void gaveUp(String why) {
    note = "; " + why;
  }

  /** How often the request was made, 1 or more. */
  public int attempts() {
    return attempts;
  }

  @Override
  public String getMessage() {
    return super.getMessage() + (attempts == 1 ? "" : " (attempt " + attempts + ")") + note;
  }

  /** The HTTP status; empty when no answer came. */
  public OptionalInt status() {
    return details.status == 0 ? OptionalInt.empty() : OptionalInt.of(details.status);
  }

  /** The API's error type, such as {@code overloaded_error}; empty when unknown. */
  public String errorType() {
    return details.errorType;
  }

  /** The API's {@code details.error_code}; empty when there is none. */
  public String errorCode() {
    return details.errorCode;
  }

  /** The API's id of the request, to be named to its support; empty when unknown. */
  public String requestId() {
    return details.requestId;
  }

  /** Whether the same request may succeed later. */
  public boolean isRetryable() {
    return details.retryable;
  }

  /** How long the server asked to wait. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(details.retryAfter);
  }
}
