package dev.millrace.agent.stream;

import dev.millrace.agent.stream.JsonFault.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A strict state machine over a growing JSON text that must be one object. It goes forward only and
 * can stop after any character: inside an escape, a number, a literal. It builds nothing; it knows
 * which containers are open and up to where the text is final.
 *
 * <p>Lone surrogates are replaced in the text while it goes over them.
 */
final class JsonScanner {
  /** Told of each value that closes, while the stack still points at it. */
  interface Closings {
    void closed(int from, int to);
  }

  /** Most characters of a key, as the JSON library has it. */
  private static final int MAX_KEY = 50_000;

  private enum State {
    START,
    FIRST_KEY,
    KEY,
    COLON,
    FIRST_ELEMENT,
    VALUE,
    AFTER_VALUE,
    STRING,
    NUMBER,
    LITERAL,
    END
  }

  private final JsonText text;
  private final int maxDepth;
  private final @Nullable Closings closings;
  private final JsonStack stack;
  private final JsonString string;
  private final JsonNumber number = new JsonNumber();

  private State state = State.START;
  private int at;
  private int valueFrom;
  private boolean inKey;
  private String literal = "";

  private @Nullable JsonFault fault;
  private @Nullable JsonFault duplicate;

  /** A scanner that notices duplicate keys. */
  JsonScanner(JsonText text, int maxDepth) {
    this(text, maxDepth, null);
  }

  /** A scanner that tells of closed values and does not look for duplicate keys. */
  JsonScanner(JsonText text, int maxDepth, @Nullable Closings closings) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.closings = closings;
    this.stack = new JsonStack();
    this.string = new JsonString(text);
  }

  /** Goes on to the end of what has arrived, or to the first fault. */
  void advance() {
    int end = text.length();
    int from = at;
    while (at < end && fault == null) {
      step(end);
    }
    text.count(at - from);
  }

  JsonStack stack() {
    return stack;
  }

  boolean isComplete() {
    return state == State.END && fault == null;
  }

  /** The fault after which the text cannot become valid any more. */
  @Nullable JsonFault fault() {
    return fault;
  }

  /** The first duplicate key. */
  @Nullable JsonFault duplicate() {
    return duplicate;
  }

  /** Whether a string that is a value, not a key, is open. */
  boolean inStringValue() {
    return state == State.STRING && !inKey;
  }

  /**
   * What the string value read last has grown by since this was asked before. Only for a scanner
   * that tells of closed values.
   */
  String grown() {
    return inKey ? "" : string.take();
  }

  /**
   * The end of what is final in the text: in an open string its last whole character, elsewhere the
   * last closed value or opened container. All that is open can be closed there.
   */
  int settled() {
    return inStringValue() ? string.settled(at) : stack.settled();
  }

  private void step(int end) {
    switch (state) {
      case STRING -> string(end);
      case NUMBER -> number(text.charAt(at));
      case LITERAL -> literal(text.charAt(at));
      default -> {
        char c = text.charAt(at);
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
          at++;
        } else {
          structure(c);
        }
      }
    }
  }

  private void structure(char c) {
    switch (state) {
      case START -> {
        if (c == '{') {
          open(true);
        } else {
          fail(Kind.NOT_AN_OBJECT, "expected '{', the start of an object, but found " + shown(c));
        }
      }
      case FIRST_KEY, KEY -> key(c);
      case COLON -> {
        if (c == ':') {
          at++;
          state = State.VALUE;
        } else {
          unexpected("':' after a key", c);
        }
      }
      case FIRST_ELEMENT -> {
        if (c == ']') {
          close();
        } else {
          value(c);
        }
      }
      case VALUE -> value(c);
      case AFTER_VALUE -> afterValue(c);
      default ->
          fail(Kind.TRAILING_TEXT, "expected nothing after the object, but found " + shown(c));
    }
  }

  private void key(char c) {
    if (c == '"') {
      inKey = true;
      startString();
    } else if (c == '}' && state == State.FIRST_KEY) {
      close();
    } else {
      unexpected(
          state == State.KEY ? "a key in double quotes" : "a key in double quotes or '}'", c);
    }
  }

  private void value(char c) {
    stack.startValue();
    valueFrom = at;
    switch (c) {
      case '{' -> open(true);
      case '[' -> open(false);
      case '"' -> {
        inKey = false;
        startString();
      }
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> {
        if (c != '-' && (c < '0' || c > '9')) {
          unexpected("a value", c);
        } else {
          number.restart();
          state = State.NUMBER;
        }
      }
    }
  }

  private void afterValue(char c) {
    boolean inObject = stack.inObject();
    if (c == ',') {
      at++;
      state = inObject ? State.KEY : State.VALUE;
    } else if (c == (inObject ? '}' : ']')) {
      close();
    } else {
      unexpected(inObject ? "',' or '}' after a value" : "',' or ']' after a value", c);
    }
  }

  private void open(boolean object) {
    if (stack.depth() == maxDepth) {
      fail(Kind.TOO_DEEP, "nested deeper than " + maxDepth + " levels");
      return;
    }
    stack.push(object, at);
    at++;
    state = object ? State.FIRST_KEY : State.FIRST_ELEMENT;
  }

  private void close() {
    at++;
    closed(stack.pop(), at);
  }

  private void closed(int from, int to) {
    if (closings != null) {
      closings.closed(from, to);
    }
    stack.endValue(to);
    state = stack.depth() == 0 ? State.END : State.AFTER_VALUE;
  }

  private void startString() {
    valueFrom = at;
    at++;
    string.start(inKey || closings != null);
    state = State.STRING;
  }

  private void string(int end) {
    at = string.advance(at, end);
    if (string.isClosed()) {
      endString();
    } else if (!string.expected().isEmpty()) {
      unexpected(string.expected(), text.charAt(at));
    }
  }

  private void endString() {
    if (!inKey) {
      closed(valueFrom, at);
      return;
    }
    if (at - valueFrom - 2 > MAX_KEY) {
      fail(Kind.TOO_LONG, "a key may have at most " + MAX_KEY + " characters");
      return;
    }
    stack.startMember(string.take());
    if (closings == null && !stack.addKey() && duplicate == null) {
      duplicate =
          new JsonFault(Kind.DUPLICATE_KEY, valueFrom, "a key stands twice in the same object");
    }
    state = State.COLON;
  }

  private void number(char c) {
    if (number.take(c)) {
      at++;
      if (number.isTooLarge()) {
        fail(
            Kind.NUMBER_TOO_LARGE,
            "a number may have at most "
                + JsonNumber.MAX_LENGTH
                + " characters and an exponent of at most "
                + JsonNumber.MAX_EXPONENT);
      }
    } else if (number.isWhole()) {
      closed(valueFrom, at);
    } else {
      unexpected("a digit", c);
    }
  }

  private void literal(String word) {
    literal = word;
    state = State.LITERAL;
  }

  private void literal(char c) {
    if (c != literal.charAt(at - valueFrom)) {
      unexpected("the literal " + literal, c);
      return;
    }
    at++;
    if (at - valueFrom == literal.length()) {
      closed(valueFrom, at);
    }
  }

  private void unexpected(String expected, char found) {
    fail(Kind.SYNTAX, "expected " + expected + ", but found " + shown(found));
  }

  private void fail(Kind kind, String reason) {
    fault = new JsonFault(kind, at, reason);
  }

  private static String shown(char c) {
    return c > ' ' && c < 127 ? "'" + c + "'" : String.format("U+%04X", (int) c);
  }
}
