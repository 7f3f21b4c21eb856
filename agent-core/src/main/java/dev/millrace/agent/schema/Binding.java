package dev.millrace.agent.schema;

import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * The way between JSON and one Java type, in the form that {@link JsonSchema#from(Class)}
 * describes.
 *
 * <p>Immutable and safe for many threads; nothing is loaded before the first value is read or
 * written. Reading is strict: no unknown properties, no null or absence where a value is required,
 * no coercion, and a number that the Java type cannot hold is refused instead of rounded. An absent
 * {@code Optional} is empty and an absent {@code @Nullable} component is null.
 *
 * @param <T> the Java type
 */
public final class Binding<T> {
  private final Type type;
  private volatile @Nullable Bound bound;

  private record Bound(ObjectReader reader, ObjectWriter writer) {}

  private Binding(Type type) {
    this.type = Objects.requireNonNull(type, "type");
  }

  /** A binding of a class. */
  public static <T> Binding<T> to(Class<T> type) {
    return new Binding<>(type);
  }

  /** A binding of a type that may be generic, for example {@code Page<Item>}. */
  public static Binding<?> to(Type type) {
    return new Binding<>(type);
  }

  /**
   * Makes the Java value of an input that was found valid.
   *
   * <p>The input is best parsed with exact numbers ({@code USE_BIG_DECIMAL_FOR_FLOATS}); what a
   * parser has rounded before cannot be restored here.
   *
   * @throws BindingException if the Java type cannot hold the input, or its constructor refuses it
   */
  public T bind(JsonNode input) {
    Objects.requireNonNull(input, "input");
    Bound ready = bound();
    try {
      T value = ready.reader().readValue(input);
      if (value == null) {
        throw new BindingException("", "expected a value but found null", null);
      }
      return value;
    } catch (JacksonException e) {
      throw new BindingException(pointer(e), reason(e), e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Writes a value as JSON text, absent Optionals and nulls left out.
   *
   * @throws BindingException if it cannot be written
   */
  public String json(T value) {
    Objects.requireNonNull(value, "value");
    return write(bound().writer(), value);
  }

  /**
   * Writes a value as a JSON tree, in the form of {@link #json}.
   *
   * @throws BindingException if it cannot be written
   */
  public JsonNode node(T value) {
    return StrictMapper.SHARED.readTree(json(value));
  }

  /**
   * Writes any value, such as what a tool gives back, as JSON text by the same rules. The form
   * follows the value's own class, so a record of a union is written without a discriminator.
   *
   * @throws BindingException if it cannot be written
   */
  public String jsonOf(Object any) {
    Objects.requireNonNull(any, "any");
    return write(StrictMapper.SHARED.writer(), any);
  }

  private static String write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JacksonException e) {
      throw new BindingException(pointer(e), reason(e), e);
    }
  }

  private Bound bound() {
    Bound ready = bound;
    if (ready == null) {
      // Two threads may both get here; the second one's work is as good as the first's.
      JavaType known = StrictMapper.SHARED.constructType(type);
      ready = new Bound(StrictMapper.SHARED.readerFor(known), StrictMapper.SHARED.writerFor(known));
      bound = ready;
    }
    return ready;
  }

  private static String pointer(JacksonException e) {
    var pointer = new StringBuilder();
    for (var step : e.getPath()) {
      String name = step.getPropertyName();
      pointer.append('/');
      pointer.append(
          name == null
              ? String.valueOf(step.getIndex())
              : name.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  private static String reason(JacksonException e) {
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      String message = e.getCause().getMessage();
      return message == null ? e.getCause().getClass().getSimpleName() : message;
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "property '" + unknown.getPropertyName() + "' is not allowed";
    }
    if (e instanceof InvalidFormatException format && format.getTargetType() != null) {
      return "'" + format.getValue() + "' is not a valid " + format.getTargetType().getSimpleName();
    }
    return e.getOriginalMessage();
  }
}
