package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** The key is missing, wrong, or may not do this (401, 403): a matter for whoever set it up. */
public final class AuthenticationException extends ApiException {
  private static final long serialVersionUID = 1L;

  public AuthenticationException(String message, Details details, @Nullable Throwable cause) {
    super(message, details, cause);
  }
}
