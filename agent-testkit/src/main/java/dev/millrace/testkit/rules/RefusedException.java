package dev.millrace.testkit.rules;

/** A request that the API refuses; the message is the one the API would send. */
public final class RefusedException extends RuntimeException {
  private final int status;
  private final String type;

  /** A refusal with its HTTP status and its error type. */
  public RefusedException(int status, String type, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
  }

  /** A refusal with status 400. */
  static RefusedException invalid(String message) {
    return new RefusedException(400, "invalid_request_error", message);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The API's error type, such as {@code invalid_request_error}. */
  public String type() {
    return type;
  }

  /** The API's words. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
