package dev.millrace.agent.schema;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON that could not become the Java value: a number that the Java type cannot hold, a text that
 * is no date, or a value that the record's own constructor refused.
 *
 * <p>The message is {@code pointer: reason} and fit for a model to read; the cause is kept.
 */
public final class BindingException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String pointer;
  private final String reason;

  BindingException(String pointer, String reason, @Nullable Throwable cause) {
    super(pointer.isEmpty() ? reason : pointer + ": " + reason, cause);
    this.pointer = Objects.requireNonNull(pointer, "pointer");
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Where, as an RFC 6901 JSON pointer into the input; {@code ""} is the input itself. */
  public String pointer() {
    return pointer;
  }

  /** Why; when the record's constructor threw, the message of what it threw. */
  public String reason() {
    return reason;
  }

  /** Pointer and reason as a {@link Violation}, to be reported in the same form. */
  public Violation violation() {
    return new Violation(pointer, reason);
  }
}
