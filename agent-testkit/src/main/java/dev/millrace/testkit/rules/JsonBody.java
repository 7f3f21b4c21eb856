package dev.millrace.testkit.rules;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads request bodies as strictly as the API does; numbers keep all their digits.
 *
 * <p>The tree is built here, token by token: a mapper would load some hundred classes before the
 * first request is answered.
 */
public final class JsonBody {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
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
      return tree(text);
    } catch (CharacterCodingException e) {
      throw invalid("str is not valid UTF-8");
    } catch (JacksonException e) {
      throw invalid(e.getOriginalMessage());
    }
  }

  private static JsonNode tree(String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() == null) {
        throw invalid("unexpected end of data: " + position(0));
      }
      JsonNode tree = value(parser);
      if (parser.nextToken() != null) {
        throw invalid("unexpected content after document");
      }
      return tree;
    }
  }

  // The parser's own limit of nesting bounds this recursion.
  private static JsonNode value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var object = NODES.objectNode();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          parser.nextToken();
          object.set(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new IllegalStateException("no value starts with " + parser.currentToken());
    };
  }

  private static JsonNode integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
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
