package dev.millrace.agent.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a tool's input cannot be made of, and what to take instead. */
final class UnsupportedType {
  private static final Map<Class<?>, String> ADVICE =
      Map.ofEntries(
          Map.entry(Object.class, "use tools.jackson.databind.JsonNode for any JSON"),
          Map.entry(byte[].class, "use a String in base64"),
          Map.entry(char.class, "use String"),
          Map.entry(Character.class, "use String"),
          Map.entry(CharSequence.class, "use String"),
          Map.entry(Date.class, "use java.time.Instant"),
          Map.entry(java.time.ZonedDateTime.class, "use java.time.OffsetDateTime"),
          Map.entry(java.time.LocalTime.class, "use String"),
          Map.entry(Optional.class, "an Optional can only be a record component"),
          Map.entry(Map.class, "use Map<String, V>"));

  /** Those which the generator honours; every other one would make schema and binding disagree. */
  private static final Set<Class<? extends Annotation>> HONOURED =
      Set.of(
          JsonProperty.class,
          JsonPropertyDescription.class,
          JsonTypeInfo.class,
          JsonSubTypes.class,
          JsonTypeName.class);

  private UnsupportedType() {}

  static String advice(Class<?> type) {
    String advice = ADVICE.get(type);
    if (advice != null) {
      return advice;
    }
    if (java.util.Collection.class.isAssignableFrom(type)) {
      return "use List or Set";
    }
    return Map.class.isAssignableFrom(type)
        ? "use Map<String, V>"
        : "use a record, an enum or a sealed interface of records";
  }

  /**
   * Refuses a Jackson annotation that would change the JSON behind the schema's back.
   *
   * @throws InvalidSchemaException naming the annotation and where it stands
   */
  static void checkAnnotations(Class<?> type) {
    Stream.<AnnotatedElement[]>of(
            new AnnotatedElement[] {type},
            type.getDeclaredFields(),
            type.getDeclaredMethods(),
            type.getDeclaredConstructors())
        .flatMap(Stream::of)
        .forEach(element -> checkAnnotations(type, element));
  }

  private static void checkAnnotations(Class<?> type, AnnotatedElement element) {
    for (Annotation annotation : element.getAnnotations()) {
      var kind = annotation.annotationType();
      if (kind.getPackageName().contains(".jackson.") && !HONOURED.contains(kind)) {
        throw new InvalidSchemaException(
            type.getSimpleName(),
            "@" + kind.getSimpleName() + " on " + element + " is not supported in a tool's input");
      }
    }
  }
}
