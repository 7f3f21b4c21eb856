package dev.millrace.agent.message;

import org.jspecify.annotations.Nullable;

/** Text that was given as a transcript and is none. Its message says what was expected where. */
public final class InvalidTranscriptException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidTranscriptException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
