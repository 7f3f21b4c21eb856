package dev.millrace.temporal;

import org.jspecify.annotations.Nullable;

/** A step that failed on some worker, as this one is told of it. */
final class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;

  StepFailedException(String message, String type, @Nullable Throwable cause) {
    super(message, cause);
    this.type = type;
  }

  /** The kind of failure, such as {@code ApiException}. */
  String type() {
    return type;
  }
}
