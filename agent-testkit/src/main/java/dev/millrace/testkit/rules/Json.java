package dev.millrace.testkit.rules;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the rules ask of a JSON value, with the API's words when it is not so. */
final class Json {
  private Json() {}

  static RefusedException invalid(String path, String message) {
    return RefusedException.invalid(path + ": " + message);
  }

  static String type(JsonNode block) {
    return block.path("type").asString("");
  }

  static boolean isType(JsonNode block, String type) {
    return type(block).equals(type);
  }

  /** Returns whether the field is there and not null. */
  static boolean has(JsonNode object, String field) {
    return object.hasNonNull(field);
  }

  static JsonNode require(JsonNode object, String field, String path) {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) {
      throw invalid(dotted(path, field), "Field required");
    }
    return value;
  }

  static String requireString(JsonNode object, String field, String path) {
    JsonNode value = require(object, field, path);
    if (!value.isString()) {
      throw invalid(dotted(path, field), "Input should be a valid string");
    }
    return value.stringValue();
  }

  static List<JsonNode> requireArray(JsonNode value, String path) {
    if (!value.isArray()) {
      throw invalid(path, "Input should be a valid list");
    }
    return elements(value);
  }

  static void requireObject(JsonNode value, String path) {
    if (!value.isObject()) {
      throw invalid(path, "Input should be a valid dictionary");
    }
  }

  /** Returns the elements; none if it is no array. */
  static List<JsonNode> elements(JsonNode array) {
    var elements = new ArrayList<JsonNode>(array.size());
    if (array.isArray()) {
      array.forEach(elements::add);
    }
    return elements;
  }

  private static String dotted(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
