package dev.millrace.agent;

import org.jspecify.annotations.Nullable;

/** A final answer that is not a value of the type asked for. */
public final class InvalidOutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidOutputException(
      Class<?> type, RunOutcome outcome, String problem, @Nullable Throwable cause) {
    super(
        "the answer is no " + type.getSimpleName() + " (the run ended " + outcome + "): " + problem,
        cause);
  }
}
