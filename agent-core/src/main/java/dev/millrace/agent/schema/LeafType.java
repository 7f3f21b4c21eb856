package dev.millrace.agent.schema;

import static java.util.Map.entry;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.TypeFactory;

/** The Java types whose schema has no parts: scalars, points in time, and JSON itself. */
final class LeafType {
  private static final String INTEGER = "integer";
  private static final String NUMBER = "number";
  private static final String DATE_TIME = "date-time";

  private static final Map<Class<?>, String> TYPES =
      Map.ofEntries(
          entry(String.class, "string"),
          entry(boolean.class, "boolean"),
          entry(Boolean.class, "boolean"),
          entry(byte.class, INTEGER),
          entry(Byte.class, INTEGER),
          entry(short.class, INTEGER),
          entry(Short.class, INTEGER),
          entry(int.class, INTEGER),
          entry(Integer.class, INTEGER),
          entry(long.class, INTEGER),
          entry(Long.class, INTEGER),
          entry(BigInteger.class, INTEGER),
          entry(float.class, NUMBER),
          entry(Float.class, NUMBER),
          entry(double.class, NUMBER),
          entry(Double.class, NUMBER),
          entry(BigDecimal.class, NUMBER),
          entry(ObjectNode.class, "object"),
          entry(ArrayNode.class, "array"));

  private static final Map<Class<?>, String> FORMATS =
      Map.of(
          Instant.class, DATE_TIME,
          OffsetDateTime.class, DATE_TIME,
          LocalDate.class, "date",
          UUID.class, "uuid",
          URI.class, "uri");

  /** Where JSON Schema's format is not what the Java type reads and writes. */
  private static final Map<Class<?>, Text> PATTERNS =
      Map.of(
          LocalDateTime.class,
          new Text(
              "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?$",
              "ISO 8601 date and time without offset, e.g. 2026-01-31T09:30:00"),
          Duration.class,
          new Text(
              "^P(-?\\d+D)?(T(-?\\d+H)?(-?\\d+M)?(-?\\d+(\\.\\d{1,9})?S)?)?$",
              "ISO 8601 duration in days and shorter units, e.g. PT1H30M"));

  private static final Map<Class<?>, Class<?>> OPTIONAL_NUMBERS =
      Map.of(
          OptionalInt.class, int.class,
          OptionalLong.class, long.class,
          OptionalDouble.class, double.class);

  private record Text(String pattern, String description) {}

  private LeafType() {}

  /** A new schema that the caller may change, or null if the type is no leaf. */
  static @Nullable ObjectNode schema(Class<?> type) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (TYPES.containsKey(type)) {
      return schema.put("type", TYPES.get(type));
    }
    if (FORMATS.containsKey(type)) {
      return schema.put("type", "string").put("format", FORMATS.get(type));
    }
    Text text = PATTERNS.get(type);
    if (text != null) {
      return schema
          .put("type", "string")
          .put("pattern", text.pattern())
          .put("description", text.description());
    }
    return type == JsonNode.class ? schema : null;
  }

  /** What an Optional holds, and every other type as it is. */
  static JavaType withoutOptional(JavaType type, TypeFactory types) {
    if (type.hasRawClass(Optional.class)) {
      return type.containedTypeOrUnknown(0);
    }
    Class<?> number = OPTIONAL_NUMBERS.get(type.getRawClass());
    return number == null ? type : types.constructType(number);
  }
}
