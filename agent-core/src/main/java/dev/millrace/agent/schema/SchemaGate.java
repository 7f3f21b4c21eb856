package dev.millrace.agent.schema;

import java.util.Objects;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a caller's schema must pass before a validator sees it: size, shape, and no way out.
 *
 * <p>It walks only places where a schema may stand, so a property that is called {@code $ref} and a
 * {@code default} that looks like a schema are left alone.
 */
final class SchemaGate {
  private static final int MAX_CHARS = 1_000_000;
  private static final int MAX_NODES = 50_000;
  private static final int MAX_DEPTH = 100;

  private static final String DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema";
  private static final String DRAFT_07 = "http://json-schema.org/draft-07/schema";
  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
  private static final Set<String> COMBINERS = Set.of("oneOf", "anyOf", "allOf");
  private static final Set<String> NAMED_SCHEMAS =
      Set.of(
          "properties",
          "patternProperties",
          "$defs",
          "definitions",
          "dependentSchemas",
          "dependencies");
  private static final Set<String> SCHEMAS =
      Set.of(
          "items",
          "prefixItems",
          "additionalItems",
          "contains",
          "unevaluatedItems",
          "additionalProperties",
          "unevaluatedProperties",
          "propertyNames",
          "contentSchema",
          "not",
          "if",
          "then",
          "else",
          "allOf",
          "anyOf",
          "oneOf");

  private SchemaGate() {}

  /** Reads a caller's text strictly: one value, no duplicate keys, numbers exact. */
  static JsonNode parse(String json) {
    Objects.requireNonNull(json, "json");
    if (json.length() > MAX_CHARS) {
      throw new InvalidSchemaException(
          "", "schema has " + json.length() + " characters, at most " + MAX_CHARS + " are allowed");
    }
    var mapper =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      return mapper.readTree(json);
    } catch (JacksonException e) {
      throw new InvalidSchemaException("", "schema is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns a private copy of a schema that may be compiled. */
  static ObjectNode admit(JsonNode schema) {
    Objects.requireNonNull(schema, "schema");
    if (!(schema instanceof ObjectNode root)) {
      throw new InvalidSchemaException(
          "", "a tool's schema must be a JSON object, but it is " + kind(schema));
    }
    checkSize(root);
    checkTop(root);
    checkSchema(root, "");
    return root.deepCopy();
  }

  /** Whether the schema names draft-07; everything else that was admitted is 2020-12. */
  static boolean isDraft07(JsonNode root) {
    return withoutHash(root.path("$schema").asString(DRAFT_2020_12)).equals(DRAFT_07);
  }

  private static void checkSize(ObjectNode root) {
    var census = Census.of(root);
    if (census.depth() > MAX_DEPTH) {
      throw new InvalidSchemaException(
          "", "schema is nested " + census.depth() + " deep, at most " + MAX_DEPTH + " is allowed");
    }
    if (census.nodes() > MAX_NODES) {
      throw new InvalidSchemaException(
          "", "schema has " + census.nodes() + " values, at most " + MAX_NODES + " are allowed");
    }
    if (census.hugeNumber() != null) {
      throw new InvalidSchemaException("", "number " + census.hugeNumber() + " is out of range");
    }
  }

  private static void checkTop(ObjectNode root) {
    if (!root.path("type").asString("").equals("object")) {
      throw new InvalidSchemaException(
          "/type",
          "a tool's input is an object, so the top-level type must be \"object\", but it is "
              + (root.has("type") ? root.get("type") : "missing"));
    }
    for (String combiner : COMBINERS) {
      if (root.has(combiner)) {
        throw new InvalidSchemaException(
            "/" + combiner,
            "the API does not support oneOf, anyOf or allOf at the top level of a tool's schema;"
                + " put the choice into a property");
      }
    }
  }

  private static void checkSchema(JsonNode schema, String pointer) {
    for (var entry : schema.properties()) {
      String keyword = entry.getKey();
      JsonNode value = entry.getValue();
      String here = child(pointer, keyword);
      if (value.isString()) {
        checkText(keyword, value.asString(), here);
      } else if (NAMED_SCHEMAS.contains(keyword)) {
        for (var named : value.properties()) {
          if (keyword.equals("patternProperties")) {
            checkPattern(named.getKey(), child(here, named.getKey()));
          }
          checkSchema(named.getValue(), child(here, named.getKey()));
        }
      } else if (SCHEMAS.contains(keyword)) {
        checkSchema(value, here);
        for (int i = 0; value.isArray() && i < value.size(); i++) {
          checkSchema(value.get(i), here + "/" + i);
        }
      }
    }
  }

  private static void checkText(String keyword, String value, String pointer) {
    if (REFERENCES.contains(keyword) && !value.startsWith("#")) {
      throw new InvalidSchemaException(
          pointer,
          "reference '"
              + value
              + "' leaves the schema; nothing is fetched, so only '#...' is allowed");
    }
    if (keyword.equals("$schema") && !isKnownDraft(value)) {
      throw new InvalidSchemaException(
          pointer,
          "draft '" + value + "' is not supported; use " + DRAFT_2020_12 + " or " + DRAFT_07 + "#");
    }
    if (keyword.equals("pattern")) {
      checkPattern(value, pointer);
    }
  }

  private static void checkPattern(String pattern, String pointer) {
    try {
      BoundedPattern.compile(pattern);
    } catch (IllegalArgumentException e) {
      String reason = Objects.requireNonNullElse(e.getMessage(), "").lines().findFirst().orElse("");
      throw new InvalidSchemaException(
          pointer, "pattern '" + pattern + "' cannot be used: " + reason, e);
    }
  }

  private static boolean isKnownDraft(String draft) {
    String id = withoutHash(draft);
    return id.equals(DRAFT_2020_12) || id.equals(DRAFT_07);
  }

  private static String withoutHash(String uri) {
    return uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri;
  }

  private static String child(String pointer, String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }
}
