package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** The request is too long, for the model's context window or for the API (413): shorten it. */
public final class ContextTooLongException extends ApiException {
  private static final long serialVersionUID = 1L;

  public ContextTooLongException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
