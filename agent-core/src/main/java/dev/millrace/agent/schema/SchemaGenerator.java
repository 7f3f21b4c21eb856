package dev.millrace.agent.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.TypeBindings;
import tools.jackson.databind.type.TypeFactory;

/**
 * Writes the schema of one Java type; made for one use.
 *
 * <p>A record or union that is used once stands where it is used; one that is used twice or
 * contains itself goes to {@code $defs}.
 */
final class SchemaGenerator {
  private static final int MAX_TYPES = 500;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Set<Class<?>> COLLECTIONS = Set.of(List.class, Set.class, Collection.class);

  private final TypeFactory types = TypeFactory.createDefaultInstance();
  private final Map<JavaType, Definition> definitions = new LinkedHashMap<>();

  /** The schema of a named type, and the places that use it, which are filled in at the end. */
  private record Definition(String name, ObjectNode body, List<ObjectNode> uses) {}

  ObjectNode generate(Type type) {
    JavaType root = types.constructType(type);
    String path = root.getRawClass().getSimpleName();
    ObjectNode schema = schema(root, path);
    Definition own = definitions.remove(root);
    if (own != null) {
      own.uses().stream().skip(1).forEach(use -> use.put("$ref", "#"));
      schema = own.body();
    }
    if (!schema.path("type").asString("").equals("object")) {
      throw refuse(path, "a tool's input must be an object; wrap it in a record");
    }
    return withDefinitions(schema);
  }

  /** The schema of an object with a property for each of these parameters. */
  ObjectNode generate(List<Parameter> parameters, String owner) {
    ObjectNode schema = typed("object");
    describeProperties(
        parameters.stream().map(Property::of).toList(),
        owner,
        TypeBindings.emptyBindings(),
        schema,
        NODES.objectNode(),
        NODES.arrayNode());
    return withDefinitions(schema);
  }

  private ObjectNode withDefinitions(ObjectNode schema) {
    ObjectNode defs = NODES.objectNode();
    definitions.values().forEach(definition -> place(definition, defs));
    if (!defs.isEmpty()) {
      schema.set("$defs", defs);
    }
    return schema;
  }

  private static void place(Definition definition, ObjectNode defs) {
    if (definition.uses().size() > 1) {
      defs.set(definition.name(), definition.body());
      definition.uses().forEach(use -> use.put("$ref", "#/$defs/" + definition.name()));
      return;
    }
    ObjectNode use = definition.uses().get(0);
    if (use.has("description")) {
      definition.body().remove("description");
    }
    use.setAll(definition.body());
  }

  private ObjectNode schema(JavaType type, String path) {
    Class<?> raw = type.getRawClass();
    ObjectNode leaf = LeafType.schema(raw);
    if (leaf != null) {
      return leaf;
    }
    if (raw.isEnum()) {
      return enumeration(raw, path);
    }
    if (COLLECTIONS.contains(raw) || (raw.isArray() && raw != byte[].class)) {
      return typed("array").set("items", schema(type.getContentType(), path + "[]"));
    }
    if (raw == Map.class && type.getKeyType().hasRawClass(String.class)) {
      return typed("object")
          .set("additionalProperties", schema(type.getContentType(), path + ".*"));
    }
    if (raw.isRecord() || Union.isUnion(raw)) {
      return use(type, path);
    }
    throw refuse(path, raw.getTypeName() + " is not supported; " + UnsupportedType.advice(raw));
  }

  /** A place that will hold the type's schema or a reference to it. */
  private ObjectNode use(JavaType type, String path) {
    ObjectNode use = NODES.objectNode();
    Definition definition = definitions.get(type);
    if (definition != null) {
      definition.uses().add(use);
    } else {
      if (definitions.size() >= MAX_TYPES) {
        throw refuse(path, "more than " + MAX_TYPES + " types are needed to describe it");
      }
      definition = new Definition(freeName(type), NODES.objectNode(), new ArrayList<>());
      definition.uses().add(use);
      definitions.put(type, definition);
      if (type.getRawClass().isRecord()) {
        describeRecord(type, definition.body(), NODES.objectNode(), NODES.arrayNode());
      } else {
        describeUnion(type, definition.body());
      }
    }
    return use;
  }

  private void describeUnion(JavaType type, ObjectNode into) {
    UnsupportedType.checkAnnotations(type.getRawClass());
    describe(into, type.getRawClass());
    Union union = Union.of(type.getRawClass());
    ArrayNode members = into.putArray("anyOf");
    union
        .members()
        .forEach((name, member) -> {
          ObjectNode properties = NODES.objectNode();
          properties.set(union.discriminator(), typed("string").put("const", name));
          ArrayNode required = NODES.arrayNode().add(union.discriminator());
          JavaType special = types.constructSpecializedType(type, member);
          describeRecord(special, members.addObject(), properties, required);
        });
  }

  /** The given properties, a union's discriminator or none, stand before the record's own. */
  private void describeRecord(
      JavaType type, ObjectNode into, ObjectNode properties, ArrayNode required) {
    Class<?> raw = type.getRawClass();
    UnsupportedType.checkAnnotations(raw);
    into.put("type", "object");
    describe(into, raw);
    describeProperties(
        Property.of(raw), raw.getSimpleName(), type.getBindings(), into, properties, required);
  }

  private void describeProperties(
      List<Property> all,
      String owner,
      TypeBindings bindings,
      ObjectNode into,
      ObjectNode properties,
      ArrayNode required) {
    into.set("properties", properties);
    for (Property property : all) {
      String path = owner + "." + property.declaredName();
      if (properties.has(property.name())) {
        throw refuse(path, "property '" + property.name() + "' is there twice");
      }
      properties.set(property.name(), propertySchema(property, bindings, path));
      if (!property.isOptional()) {
        required.add(property.name());
      }
    }
    if (!required.isEmpty()) {
      into.set("required", required);
    }
    into.put("additionalProperties", false);
  }

  private ObjectNode propertySchema(Property property, TypeBindings bindings, String path) {
    JavaType declared = types.resolveMemberType(property.type(), bindings);
    ObjectNode schema = schema(LeafType.withoutOptional(declared, types), path);
    property
        .description()
        .ifPresent(text -> {
          String ofType = schema.path("description").asString("");
          schema.put("description", ofType.isEmpty() ? text : text + "\n" + ofType);
        });
    return schema;
  }

  private static ObjectNode enumeration(Class<?> type, String path) {
    UnsupportedType.checkAnnotations(type);
    ObjectNode schema = typed("string");
    ArrayNode values = schema.putArray("enum");
    var lines = new ArrayList<String>();
    description(type).ifPresent(lines::add);
    for (var field : type.getDeclaredFields()) {
      if (field.isEnumConstant()) {
        var named = field.getAnnotation(JsonProperty.class);
        String value = named == null || named.value().isEmpty() ? field.getName() : named.value();
        values.add(value);
        description(field).ifPresent(text -> lines.add(value + ": " + text));
      }
    }
    if (values.isEmpty()) {
      throw refuse(path, type.getName() + " has no constants");
    }
    return lines.isEmpty() ? schema : schema.put("description", String.join("\n", lines));
  }

  private static void describe(ObjectNode schema, Class<?> type) {
    description(type).ifPresent(text -> schema.put("description", text));
  }

  private static Optional<String> description(AnnotatedElement element) {
    return Optional.ofNullable(element.getAnnotation(Description.class)).map(Description::value);
  }

  private String freeName(JavaType type) {
    String simple = type.getRawClass().getSimpleName();
    String name = simple;
    for (int i = 2; isTaken(name); i++) {
      name = simple + i;
    }
    return name;
  }

  private boolean isTaken(String name) {
    return definitions.values().stream().anyMatch(taken -> taken.name().equals(name));
  }

  private static ObjectNode typed(String type) {
    return NODES.objectNode().put("type", type);
  }

  private static InvalidSchemaException refuse(String path, String reason) {
    return new InvalidSchemaException(path, reason);
  }
}
