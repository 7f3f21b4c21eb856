package dev.millrace.agent.stream;

import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON text to fresh trees. */
final class JsonTrees {
  /** Shared because it is immutable. Jackson's caps of strings are out of the way: ours hold. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(JsonNumber.MAX_LENGTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final ObjectReader STRICT =
      MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private JsonTrees() {}

  /** Reads text that is known to be JSON and within our own caps; all numbers are exact. */
  static JsonNode read(String json) {
    return MAPPER.readTree(json);
  }

  /**
   * The tokens of text of unknown origin; throws at a duplicate key and at what follows a value.
   */
  static JsonParser strictParser(String json) {
    return STRICT.createParser(json);
  }

  /**
   * Reads text of unknown origin. Numbers with a fraction are not exact: some that are huge have no
   * exact value that could be made.
   *
   * @throws tools.jackson.core.JacksonException unless it is one JSON value without duplicate keys
   */
  static JsonNode readStrict(String json) {
    return STRICT.readTree(json);
  }
}
