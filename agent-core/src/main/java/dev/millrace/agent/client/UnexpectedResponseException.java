package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** What answered does not speak the Messages API: a redirect, a web page, a proxy. */
public final class UnexpectedResponseException extends ApiException {
  private static final long serialVersionUID = 1L;

  public UnexpectedResponseException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
