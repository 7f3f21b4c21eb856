package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** Too many requests or tokens, or a spend limit was reached (429). */
public final class RateLimitException extends ApiException {
  private static final long serialVersionUID = 1L;

  public RateLimitException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
