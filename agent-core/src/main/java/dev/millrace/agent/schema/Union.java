package dev.millrace.agent.schema;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A sealed interface of records as JSON sees it; generator and binding share it.
 *
 * @param discriminator the property that says which record it is
 * @param members the records by the value of that property, in order of declaration; sealed
 *     interfaces inside are flattened
 */
record Union(String discriminator, SequencedMap<String, Class<?>> members) {
  private static final String DEFAULT_DISCRIMINATOR = "type";

  static boolean isUnion(Class<?> type) {
    return type.isSealed() && type.isInterface();
  }

  /**
   * Reads {@code @JsonTypeInfo} and {@code @JsonSubTypes} where they stand, and else takes {@code
   * type} and the simple name in snake_case.
   *
   * @throws InvalidSchemaException if the annotations ask for another form, a member is no record,
   *     or two members share a name
   */
  static Union of(Class<?> sealed) {
    var members = new LinkedHashMap<String, Class<?>>();
    collect(sealed, sealed, declaredNames(sealed), members);
    return new Union(discriminatorOf(sealed), members);
  }

  private static void collect(
      Class<?> union, Class<?> sealed, Map<Class<?>, String> names, Map<String, Class<?>> into) {
    for (Class<?> member : sealed.getPermittedSubclasses()) {
      if (isUnion(member)) {
        var nested = new LinkedHashMap<>(declaredNames(member));
        nested.putAll(names);
        collect(union, member, nested, into);
      } else if (!member.isRecord()) {
        throw refused(union, member.getName() + " is not a record");
      } else {
        String name = names.getOrDefault(member, defaultName(member));
        if (into.putIfAbsent(name, member) != null && into.get(name) != member) {
          throw refused(union, "two members are called '" + name + "'; name them by @JsonSubTypes");
        }
      }
    }
  }

  private static String discriminatorOf(Class<?> sealed) {
    var info = sealed.getAnnotation(JsonTypeInfo.class);
    if (info == null) {
      return DEFAULT_DISCRIMINATOR;
    }
    boolean byName =
        info.use() == JsonTypeInfo.Id.NAME || info.use() == JsonTypeInfo.Id.SIMPLE_NAME;
    if (!byName || info.include() != JsonTypeInfo.As.PROPERTY) {
      throw refused(sealed, "only @JsonTypeInfo(use = NAME, include = PROPERTY) is supported");
    }
    return info.property().isEmpty() ? info.use().getDefaultPropertyName() : info.property();
  }

  private static Map<Class<?>, String> declaredNames(Class<?> sealed) {
    var names = new LinkedHashMap<Class<?>, String>();
    var subTypes = sealed.getAnnotation(JsonSubTypes.class);
    if (subTypes != null) {
      for (var subType : subTypes.value()) {
        if (!subType.name().isEmpty()) {
          names.put(subType.value(), subType.name());
        }
      }
    }
    return names;
  }

  private static String defaultName(Class<?> member) {
    var named = member.getAnnotation(JsonTypeName.class);
    return named != null && !named.value().isEmpty()
        ? named.value()
        : snakeCase(member.getSimpleName());
  }

  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  private static InvalidSchemaException refused(Class<?> union, String reason) {
    return new InvalidSchemaException(union.getSimpleName(), reason);
  }
}
