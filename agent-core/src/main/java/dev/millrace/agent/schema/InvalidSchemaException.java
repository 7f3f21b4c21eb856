package dev.millrace.agent.schema;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A schema that cannot be used for a tool, or a Java type of which no schema can be made.
 *
 * <p>It is thrown when the tool is registered, never while a model waits for an answer.
 */
public final class InvalidSchemaException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private final String pointer;

  InvalidSchemaException(String pointer, String reason) {
    this(pointer, reason, null);
  }

  InvalidSchemaException(String pointer, String reason, @Nullable Throwable cause) {
    super(pointer.isEmpty() ? reason : pointer + ": " + reason, cause);
    this.pointer = Objects.requireNonNull(pointer, "pointer");
  }

  /**
   * The offending place: a JSON pointer into the schema, {@code ""} for the schema as a whole. For
   * a Java type it is the path of record components, for example {@code WeatherQuery.when}.
   */
  public String pointer() {
    return pointer;
  }
}
