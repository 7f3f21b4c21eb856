package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** The API is overloaded or broke (500 and above): the same request may succeed later. */
public final class OverloadedException extends ApiException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
