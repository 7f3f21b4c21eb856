package dev.millrace.agent.schema;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads a number into a Java type that holds it, or refuses.
 *
 * <p>The library's own readers would round 2^53+1 into a double, make infinity of 1e400 and cut off
 * what does not fit an int. A decimal fraction such as 0.1 is rounded to the nearest binary one, as
 * everybody expects; a whole number is not.
 */
final class ExactNumber<N> extends StdDeserializer<N> {
  private static final int MAX_SCALE = 2_000;

  private final Class<N> type;
  private final Function<BigDecimal, N> conversion;
  private final @Nullable N absent;

  ExactNumber(Class<N> type, Function<BigDecimal, N> conversion) {
    this(type, conversion, null);
  }

  /** With a value for a number that is absent, as the Optional types have one. */
  ExactNumber(Class<N> type, Function<BigDecimal, N> conversion, @Nullable N absent) {
    super(type);
    this.type = type;
    this.conversion = conversion;
    this.absent = absent;
  }

  static double toDouble(BigDecimal exact) {
    double value = exact.doubleValue();
    checkHeld(exact, value);
    return value;
  }

  static float toFloat(BigDecimal exact) {
    float value = exact.floatValue();
    checkHeld(exact, value);
    return value;
  }

  private static void checkHeld(BigDecimal exact, double value) {
    // Written with all its digits and no exponent: the writer means each of them.
    boolean whole = exact.scale() == 0;
    if (!Double.isFinite(value) || (whole && new BigDecimal(value).compareTo(exact) != 0)) {
      throw new ArithmeticException("not exact");
    }
  }

  @Override
  public @Nullable N deserialize(JsonParser parser, DeserializationContext context) {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isNumeric()) {
      return context.reportInputMismatch(this, "expected a number but found %s", token);
    }
    BigDecimal exact = parser.getDecimalValue();
    try {
      if (Math.abs((long) exact.scale()) > MAX_SCALE) {
        throw new ArithmeticException("out of range");
      }
      return conversion.apply(exact);
    } catch (ArithmeticException e) {
      return context.reportInputMismatch(
          this, "%s cannot be held exactly by the type %s", exact, type.getSimpleName());
    }
  }

  @Override
  public @Nullable N getNullValue(DeserializationContext context) {
    if (type.isPrimitive()) {
      return context.reportInputMismatch(this, "expected a number but found null");
    }
    return absent;
  }

  @Override
  public @Nullable Object getAbsentValue(DeserializationContext context) {
    return absent;
  }

  /** An array of primitives, whose elements are read like any number. */
  static final class OfArray<A> extends StdDeserializer<A> {
    private final Class<A> type;

    OfArray(Class<A> type) {
      super(type);
      this.type = type;
    }

    @Override
    public A deserialize(JsonParser parser, DeserializationContext context) {
      if (!parser.isExpectedStartArrayToken()) {
        return context.reportInputMismatch(
            this, "expected an array but found %s", parser.currentToken());
      }
      var elements = new ArrayList<Object>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(element(parser, context, elements.size()));
      }
      Object array = Array.newInstance(type.getComponentType(), elements.size());
      for (int i = 0; i < elements.size(); i++) {
        Array.set(array, i, elements.get(i));
      }
      return type.cast(array);
    }

    private Object element(JsonParser parser, DeserializationContext context, int index) {
      try {
        return context.readValue(parser, type.getComponentType());
      } catch (tools.jackson.core.JacksonException e) {
        throw e.prependPath(type, index);
      }
    }
  }
}
