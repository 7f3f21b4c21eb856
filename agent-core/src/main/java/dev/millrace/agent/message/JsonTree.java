package dev.millrace.agent.message;

import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Makes a tree of text that is known to be compact JSON; numbers are exact. For one text. */
final class JsonTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int INT_LENGTH = 9;
  private static final int LONG_LENGTH = 18;

  private final String text;
  private int at;

  private JsonTree(String text) {
    this.text = text;
  }

  static JsonNode of(String text) {
    return new JsonTree(text).value();
  }

  private JsonNode value() {
    return switch (text.charAt(at)) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> NODES.stringNode(string());
      case 't' -> literal("true", NODES.booleanNode(true));
      case 'f' -> literal("false", NODES.booleanNode(false));
      case 'n' -> literal("null", NODES.nullNode());
      default -> number();
    };
  }

  private JsonNode object() {
    var object = NODES.objectNode();
    at++;
    while (text.charAt(at) != '}') {
      var name = string();
      at++;
      object.set(name, value());
      skipComma();
    }
    at++;
    return object;
  }

  private JsonNode array() {
    var array = NODES.arrayNode();
    at++;
    while (text.charAt(at) != ']') {
      array.add(value());
      skipComma();
    }
    at++;
    return array;
  }

  private void skipComma() {
    if (text.charAt(at) == ',') {
      at++;
    }
  }

  private String string() {
    int from = at;
    at = JsonString.end(text, from);
    return JsonString.content(text, from, at);
  }

  private JsonNode literal(String literal, JsonNode node) {
    at += literal.length();
    return node;
  }

  private JsonNode number() {
    int from = at;
    boolean isWhole = true;
    for (; at < text.length() && !isEnd(text.charAt(at)); at++) {
      char c = text.charAt(at);
      isWhole &= c != '.' && c != 'e' && c != 'E';
    }
    var digits = text.substring(from, at);
    return isWhole ? whole(digits) : NODES.numberNode(decimal(digits, from));
  }

  private static BigDecimal decimal(String digits, int at) {
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException e) {
      throw new InvalidJsonException("a number's exponent is too large", at, null, e);
    }
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == '}' || c == ']';
  }

  private static JsonNode whole(String digits) {
    if (digits.length() <= INT_LENGTH) {
      return NODES.numberNode(Integer.parseInt(digits));
    }
    if (digits.length() <= LONG_LENGTH) {
      return whole(Long.parseLong(digits));
    }
    var number = new BigInteger(digits);
    return number.bitLength() < Long.SIZE ? whole(number.longValue()) : NODES.numberNode(number);
  }

  /** In the smallest node that holds it, as the JSON library does. */
  private static JsonNode whole(long number) {
    return number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
  }
}
