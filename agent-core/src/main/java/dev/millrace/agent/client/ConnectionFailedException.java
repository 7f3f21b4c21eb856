package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** The server could not be reached, or broke the connection before it answered. */
public final class ConnectionFailedException extends ApiException {
  private static final long serialVersionUID = 1L;

  public ConnectionFailedException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
