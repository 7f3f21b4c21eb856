package dev.millrace.agent.stream;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What can be known of a prefix of a valid JSON text: a recursive reader that stops at the end,
 * written differently from the code under test on purpose.
 */
final class JsonPrefix {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final String prefix;
  private int at;
  private boolean ended;

  private JsonPrefix(String prefix) {
    this.prefix = prefix;
  }

  static JsonNode known(String prefix) {
    JsonNode node = new JsonPrefix(prefix).value();
    return node.isMissingNode() ? MAPPER.createObjectNode() : node;
  }

  /** Missing if nothing is known of the value; {@code ended} tells whether it was cut. */
  private JsonNode value() {
    blanks();
    if (ended) {
      return MAPPER.missingNode();
    }
    return switch (prefix.charAt(at)) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> MAPPER.getNodeFactory().stringNode(string());
      default -> scalar();
    };
  }

  private JsonNode object() {
    ObjectNode object = MAPPER.createObjectNode();
    at++;
    while (!closes('}')) {
      String key = string();
      blanks();
      if (ended) {
        return object;
      }
      at++;
      JsonNode value = value();
      if (!value.isMissingNode()) {
        object.set(key, value);
      }
    }
    return object;
  }

  private JsonNode array() {
    ArrayNode array = MAPPER.createArrayNode();
    at++;
    while (!closes(']')) {
      JsonNode value = value();
      if (!value.isMissingNode()) {
        array.add(value);
      }
    }
    return array;
  }

  /** Skips commas and blanks; true at the end of the prefix or, after taking it, at the bracket. */
  private boolean closes(char bracket) {
    blanks();
    while (!ended && prefix.charAt(at) == ',') {
      at++;
      blanks();
    }
    if (!ended && prefix.charAt(at) == bracket) {
      at++;
      return true;
    }
    return ended;
  }

  private String string() {
    int start = at++;
    while (at < prefix.length() && prefix.charAt(at) != '"') {
      at = Math.min(prefix.length(), at + (prefix.charAt(at) == '\\' ? 2 : 1));
    }
    if (at < prefix.length()) {
      at++;
      return MAPPER.readTree(prefix.substring(start, at)).asString();
    }
    ended = true;
    String whole = "";
    for (int end = start + 1; end <= prefix.length(); end++) {
      whole = decodable(prefix.substring(start, end), whole);
    }
    return whole;
  }

  /** The longest start of an open string that a parser takes and that is valid Unicode. */
  private static String decodable(String open, String otherwise) {
    try {
      String text = MAPPER.readTree(open + '"').asString();
      boolean cut = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
      return cut ? otherwise : text;
    } catch (JacksonException e) {
      return otherwise;
    }
  }

  private JsonNode scalar() {
    int start = at;
    while (at < prefix.length() && ",]} \n\r\t".indexOf(prefix.charAt(at)) < 0) {
      at++;
    }
    String token = prefix.substring(start, at);
    ended = at == prefix.length();
    boolean known = !ended || token.equals("true") || token.equals("false") || token.equals("null");
    return known ? MAPPER.readTree(token) : MAPPER.missingNode();
  }

  private void blanks() {
    while (at < prefix.length() && " \n\r\t".indexOf(prefix.charAt(at)) >= 0) {
      at++;
    }
    ended = at == prefix.length();
  }
}
