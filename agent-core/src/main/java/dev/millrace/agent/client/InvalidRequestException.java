package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** The request is wrong and will stay wrong (400, 404, 422): a matter for whoever built it. */
public final class InvalidRequestException extends ApiException {
  private static final long serialVersionUID = 1L;

  public InvalidRequestException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
