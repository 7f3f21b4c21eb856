package dev.millrace.testkit.rules;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads request bodies as strictly as the API does; numbers keep all their digits. */
public final class JsonBody {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(100_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonBody() {}

  /**
   * Returns the value in a body.
   *
   * @throws RefusedException if it is not UTF-8, not JSON, has a duplicate key or half of a
   *     surrogate pair
   */
  public static JsonNode parse(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      requireWholeSurrogates(text);
      return MAPPER.readTree(text);
    } catch (CharacterCodingException e) {
      throw invalid("str is not valid UTF-8");
    } catch (JacksonException e) {
      throw invalid(e.getOriginalMessage());
    }
  }

  private static void requireWholeSurrogates(String json) {
    for (int i = json.indexOf('\\'); i >= 0; ) {
      int next = i + 2;
      char unit = unitAt(json, i);
      if (Character.isLowSurrogate(unit)) {
        throw invalid("invalid high surrogate in string: " + position(i));
      }
      if (Character.isHighSurrogate(unit)) {
        if (!Character.isLowSurrogate(unitAt(json, i + 6))) {
          throw invalid("no low surrogate in string: " + position(i));
        }
        next = i + 12;
      }
      i = json.indexOf('\\', next);
    }
  }

  /** Returns the unit that is escaped here, or a space if none is; the parser judges the rest. */
  private static char unitAt(String json, int at) {
    if (at + 6 > json.length() || !json.startsWith("\\u", at)) {
      return ' ';
    }
    try {
      return (char) Integer.parseInt(json, at + 2, at + 6, 16);
    } catch (NumberFormatException e) {
      return ' ';
    }
  }

  private static String position(int at) {
    return "line 1 column " + (at + 1) + " (char " + at + ")";
  }

  private static RefusedException invalid(String detail) {
    return RefusedException.invalid("The request body is not valid JSON: " + detail);
  }
}
