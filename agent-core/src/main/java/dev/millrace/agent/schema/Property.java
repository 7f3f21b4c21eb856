package dev.millrace.agent.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record component, or a method's parameter, as the JSON property that it becomes; generator and
 * binding share it.
 *
 * @param declaredName its name in Java
 * @param annotated what carries its annotations
 */
record Property(
    String declaredName, Type type, AnnotatedType annotatedType, AnnotatedElement annotated) {
  private static final Set<Type> OPTIONALS =
      Set.of(OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  static List<Property> of(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(component ->
            new Property(
                component.getName(),
                component.getGenericType(),
                component.getAnnotatedType(),
                fieldOf(record, component)))
        .toList();
  }

  static Property of(Parameter parameter) {
    return new Property(
        parameter.getName(),
        parameter.getParameterizedType(),
        parameter.getAnnotatedType(),
        parameter);
  }

  String name() {
    var named = annotated.getAnnotation(JsonProperty.class);
    return named == null || named.value().isEmpty() ? declaredName : named.value();
  }

  /** Whether it may be absent: the type is an Optional or it is {@code @Nullable}. */
  boolean isOptional() {
    return OPTIONALS.contains(type)
        || (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class)
        || type == Optional.class
        || annotatedType.isAnnotationPresent(Nullable.class);
  }

  Optional<String> description() {
    var ours = annotated.getAnnotation(Description.class);
    var jackson = annotated.getAnnotation(JsonPropertyDescription.class);
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
