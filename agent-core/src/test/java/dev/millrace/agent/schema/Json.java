package dev.millrace.agent.schema;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON as the loop does, with exact numbers; single quotes stand for double ones. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Json() {}

  static JsonNode json(String text) {
    return parse(text.replace('\'', '"'));
  }

  static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }
}
