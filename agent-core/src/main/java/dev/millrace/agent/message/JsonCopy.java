package dev.millrace.agent.message;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks one JSON value token by token, without recursion, and copies it into compact form: numbers
 * by their digits, strings as valid Unicode.
 */
final class JsonCopy {
  private final JsonParser parser;
  private final JsonFactory factory;
  private final int maxDepth;
  private final StringWriter out = new StringWriter();
  private long repairedAt = -1;

  JsonCopy(JsonParser parser, JsonFactory factory, int maxDepth) {
    this.parser = parser;
    this.factory = factory;
    this.maxDepth = maxDepth;
  }

  String text() {
    return out.toString();
  }

  /** Where a lone surrogate was replaced first, or -1. */
  long repairedAt() {
    return repairedAt;
  }

  /** Checks and copies the value that is all there is to read. */
  void oneValue() {
    if (parser.nextToken() == null) {
      throw invalid("expected a JSON value, but the text is blank");
    }
    try (var generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      currentValue(generator);
    }
    if (parser.nextToken() != null) {
      throw invalid("expected one JSON value, but more follows it");
    }
  }

  private void currentValue(JsonGenerator generator) {
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
  private int step(JsonGenerator generator) {
    var token = parser.currentToken();
    var content =
        switch (token) {
          case PROPERTY_NAME -> repaired(parser.currentName());
          case VALUE_STRING -> repaired(parser.getString());
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
          default -> "";
        };
    write(generator, token, content);
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
