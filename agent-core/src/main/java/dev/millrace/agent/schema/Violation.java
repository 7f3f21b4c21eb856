package dev.millrace.agent.schema;

import java.util.Objects;

/**
 * One way in which an input does not fit its schema, worded for a model to read.
 *
 * @param pointer where, as an RFC 6901 JSON pointer into the input; {@code ""} is the input itself.
 *     A missing property is reported at the object that lacks it
 * @param message what is wrong there, for example {@code required property 'new' is missing}
 */
public record Violation(String pointer, String message) {
  /** Refuses nulls. */
  public Violation {
    Objects.requireNonNull(pointer, "pointer");
    Objects.requireNonNull(message, "message");
  }

  /**
   * Pointer and message in a line, for example {@code /edits/0: required property 'new' is
   * missing}.
   */
  @Override
  public String toString() {
    return pointer.isEmpty() ? message : pointer + ": " + message;
  }
}
