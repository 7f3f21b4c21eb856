package dev.millrace.agent.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record component as the JSON property that it becomes; generator and binding share it. */
record RecordProperty(RecordComponent component, Field field) {
  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  static List<RecordProperty> of(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(component -> new RecordProperty(component, fieldOf(record, component)))
        .toList();
  }

  String name() {
    var named = field.getAnnotation(JsonProperty.class);
    return named == null || named.value().isEmpty() ? component.getName() : named.value();
  }

  /** Whether it may be absent: the type is an Optional or the component is {@code @Nullable}. */
  boolean isOptional() {
    return OPTIONALS.contains(component.getType())
        || component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  Optional<String> description() {
    var ours = field.getAnnotation(Description.class);
    var jackson = field.getAnnotation(JsonPropertyDescription.class);
    return ours != null
        ? Optional.of(ours.value())
        : Optional.ofNullable(jackson).map(JsonPropertyDescription::value);
  }

  /** The private field is the one place that always carries the component's annotations. */
  private static Field fieldOf(Class<?> record, RecordComponent component) {
    try {
      return record.getDeclaredField(component.getName());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(record + " has no field for " + component, e);
    }
  }
}
