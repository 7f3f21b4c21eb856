package dev.millrace.agent.schema;

import org.jspecify.annotations.Nullable;

/**
 * A validation that was stopped because it would have cost too much: the schema recurses without
 * end, multiplies its branches, or holds a pattern that backtracks without bound.
 *
 * <p>Nothing is known then about the input: it is neither valid nor invalid, so the tool must not
 * run. The message is fit for the model.
 */
public final class SchemaBudgetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchemaBudgetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
