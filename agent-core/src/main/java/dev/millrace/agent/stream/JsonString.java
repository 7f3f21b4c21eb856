package dev.millrace.agent.stream;

/**
 * The grammar of one JSON string after its opening quote, key or value. It can stop after any
 * character. Lone surrogates, escaped or not, are replaced in the text by U+FFFD.
 */
final class JsonString {
  private enum State {
    OPEN,
    ESCAPE,
    HEX,
    CLOSED
  }

  private static final int NONE = -1;

  private final JsonText text;
  private State state = State.OPEN;
  private String expected = "";

  /** The backslash of the escape being read. */
  private int escapeFrom;

  private int hexDigits;
  private int codeUnit;

  /** A high surrogate whose other half may come next, and how it was written. */
  private int highFrom = NONE;

  private boolean highEscaped;

  JsonString(JsonText text) {
    this.text = text;
  }

  void start() {
    state = State.OPEN;
    highFrom = NONE;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** What should stand in the place of the character at which {@link #advance} stopped, or "". */
  String expected() {
    return expected;
  }

  /** The end of the last whole character, given how far the string has been read. */
  int settled(int at) {
    if (highFrom >= 0) {
      return highFrom;
    }
    return state == State.OPEN ? at : escapeFrom;
  }

  /** Goes on from {@code at}; stops after the closing quote, at the end or at what cannot be. */
  int advance(int at, int end) {
    int next = at;
    while (next < end && state != State.CLOSED && expected.isEmpty()) {
      char c = text.charAt(next);
      if (state == State.ESCAPE) {
        escape(c);
      } else if (state == State.HEX) {
        hex(c);
      } else if (isPlain(c)) {
        next = afterPlain(next + 1, end) - 1;
      } else {
        special(c, next);
      }
      next++;
    }
    return expected.isEmpty() ? next : next - 1;
  }

  private int afterPlain(int from, int end) {
    notPaired();
    int at = from;
    while (at < end && isPlain(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
  }

  private void special(char c, int at) {
    if (c == '"') {
      notPaired();
      state = State.CLOSED;
    } else if (c == '\\') {
      escapeFrom = at;
      state = State.ESCAPE;
    } else if (c < ' ') {
      expected = "an escape instead of a control character in a string";
    } else {
      surrogate(c, at, false);
    }
  }

  private void escape(char c) {
    if (c == 'u') {
      hexDigits = 0;
      codeUnit = 0;
      state = State.HEX;
    } else if ("\"\\/bfnrt".indexOf(c) >= 0) {
      notPaired();
      state = State.OPEN;
    } else {
      expected = "one of \" \\ / b f n r t u after a backslash";
    }
  }

  private void hex(char c) {
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      expected = "four hex digits after \\u";
      return;
    }
    codeUnit = codeUnit << 4 | digit;
    if (++hexDigits == 4) {
      state = State.OPEN;
      codeUnit((char) codeUnit);
    }
  }

  private void codeUnit(char escaped) {
    if (Character.isSurrogate(escaped)) {
      surrogate(escaped, escapeFrom, true);
    } else {
      notPaired();
    }
  }

  /** Two halves are a pair only if both are escaped or neither is: UTF-8 cannot carry a mixture. */
  private void surrogate(char half, int from, boolean escaped) {
    boolean isHigh = Character.isHighSurrogate(half);
    if (highFrom >= 0 && !isHigh && escaped == highEscaped) {
      highFrom = NONE;
      return;
    }
    notPaired();
    if (isHigh) {
      highFrom = from;
      highEscaped = escaped;
    } else {
      text.replace(from, escaped);
    }
  }

  /** Something else than the other half came. */
  private void notPaired() {
    if (highFrom >= 0) {
      text.replace(highFrom, highEscaped);
      highFrom = NONE;
    }
  }
}
