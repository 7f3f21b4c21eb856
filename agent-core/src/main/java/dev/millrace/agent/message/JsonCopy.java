package dev.millrace.agent.message;

import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks one JSON value token by token, without recursion, and copies it where it must be made
 * compact: numbers by their digits, strings as valid Unicode.
 */
final class JsonCopy {
  private final String json;
  private final JsonParser parser;
  private final JsonMapper mapper;
  private final int maxDepth;
  private @Nullable StringWriter out;
  private long repairedAt = -1;

  /**
   * @param parser of {@code json}
   */
  JsonCopy(String json, JsonParser parser, JsonMapper mapper, int maxDepth) {
    this.json = json;
    this.parser = parser;
    this.mapper = mapper;
    this.maxDepth = maxDepth;
  }

  /**
   * Whether there are no blanks between tokens and no escapes that might be written otherwise, so
   * that valid text needs no copy.
   */
  static boolean isCompact(String json) {
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '"') {
        inString = !inString;
      } else if (c == '\\') {
        i++;
        if (i < json.length() && (json.charAt(i) == 'u' || json.charAt(i) == '/')) {
          return false;
        }
      } else if (c <= ' ' && !inString) {
        return false;
      }
    }
    return !json.isEmpty();
  }

  String text() {
    return out == null ? json : out.toString();
  }

  /** Where a lone surrogate was replaced first, or -1. */
  long repairedAt() {
    return repairedAt;
  }

  /** Checks the value that is all there is to read, and copies it where that is wanted. */
  void oneValue(boolean isCopied) {
    if (parser.nextToken() == null) {
      throw invalid("expected a JSON value, but the text is blank");
    }
    if (isCopied) {
      out = new StringWriter();
      try (var generator = mapper.createGenerator(out)) {
        currentValue(generator);
      }
    } else {
      currentValue(null);
    }
    if (parser.nextToken() != null) {
      throw invalid("expected one JSON value, but more follows it");
    }
  }

  private void currentValue(@Nullable JsonGenerator generator) {
    int depth = step(generator);
    while (depth > 0) {
      if (depth > maxDepth) {
        throw invalid("nested deeper than " + maxDepth + " levels");
      }
      parser.nextToken();
      depth += step(generator);
    }
  }

  private InvalidJsonException invalid(String reason) {
    return new InvalidJsonException(reason, here(), null, null);
  }

  /** Takes the current token; tells by how much it changes the depth. */
  private int step(@Nullable JsonGenerator generator) {
    var token = parser.currentToken();
    var content =
        switch (token) {
          case PROPERTY_NAME -> repaired(parser.currentName());
          case VALUE_STRING -> string(generator != null);
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
          default -> "";
        };
    if (generator != null) {
      write(generator, token, content);
    }
    return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
  }

  private static void write(JsonGenerator generator, JsonToken token, String content) {
    switch (token) {
      case START_OBJECT -> generator.writeStartObject();
      case END_OBJECT -> generator.writeEndObject();
      case START_ARRAY -> generator.writeStartArray();
      case END_ARRAY -> generator.writeEndArray();
      case PROPERTY_NAME -> generator.writeName(content);
      case VALUE_STRING -> generator.writeString(content);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> generator.writeNumber(content);
      case VALUE_TRUE -> generator.writeBoolean(true);
      case VALUE_FALSE -> generator.writeBoolean(false);
      default -> generator.writeNull();
    }
  }

  /** Its content, when it is to be written or was no valid Unicode. */
  private String string(boolean isWritten) {
    boolean isSound =
        !isWritten
            && Surrogates.areValid(
                parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
    return isSound ? "" : repaired(parser.getString());
  }

  private String number(String digits) {
    if (digits.length() > RawJson.MAX_NUMBER_LENGTH) {
      throw invalid("a number has more than " + RawJson.MAX_NUMBER_LENGTH + " characters");
    }
    return digits;
  }

  private String repaired(String content) {
    var valid = Surrogates.repaired(content);
    if (repairedAt < 0 && !valid.equals(content)) {
      repairedAt = here();
    }
    return valid;
  }

  private long here() {
    return parser.currentTokenLocation().getCharOffset();
  }
}
