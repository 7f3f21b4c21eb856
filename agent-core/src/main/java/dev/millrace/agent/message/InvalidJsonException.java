package dev.millrace.agent.message;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON text that is not exactly one well-formed value within the caps. */
public final class InvalidJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final long offset;
  private final transient @Nullable RawJson repaired;

  InvalidJsonException(
      String reason, long offset, @Nullable RawJson repaired, @Nullable Throwable cause) {
    super(offset < 0 ? reason : reason + " (at character " + offset + ")", cause);
    this.reason = reason;
    this.offset = offset;
    this.repaired = repaired;
  }

  /**
   * What is wrong, in a form fit to be shown to a model; quotes a short piece of the text at most.
   */
  public String reason() {
    return reason;
  }

  /** Characters before the fault, or -1 when it has no place. */
  public long offset() {
    return offset;
  }

  /**
   * The value with each lone surrogate replaced by U+FFFD, when lone surrogates were its only
   * fault; such a value can be kept in a history but must not be acted upon.
   */
  public Optional<RawJson> repaired() {
    return Optional.ofNullable(repaired);
  }
}
