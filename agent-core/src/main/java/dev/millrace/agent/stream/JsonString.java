package dev.millrace.agent.stream;

import java.util.Arrays;

/**
 * The grammar of one JSON string after its opening quote, key or value, and its content. It can
 * stop after any character. Lone surrogates, escaped or not, are replaced by U+FFFD, in the text
 * too.
 */
final class JsonString {
  private enum State {
    OPEN,
    ESCAPE,
    HEX,
    CLOSED
  }

  private static final int NONE = -1;

  /** Most characters read at once, for which there must be room, however short the string is. */
  private static final int STRIDE = 1024;

  /** A larger buffer, for a long piece, is not kept. */
  private static final int LARGEST_KEPT = 8 * 1024;

  private final JsonText text;
  private State state = State.OPEN;
  private String expected = "";

  /** Whole characters without escapes, since the start or since they were taken. */
  private char[] content = new char[64];

  private int length;
  private boolean collects;

  /** The backslash of the escape being read. */
  private int escapeFrom;

  private int hexDigits;
  private int codeUnit;

  /** A high surrogate whose other half may come next, and how it was written. */
  private int highFrom = NONE;

  private char high;
  private boolean highEscaped;

  JsonString(JsonText text) {
    this.text = text;
  }

  /** Starts a string, whose content is only collected if somebody will take it. */
  void start(boolean collects) {
    this.collects = collects;
    state = State.OPEN;
    highFrom = NONE;
    length = 0;
  }

  /** The content as far as it was read and not taken before. */
  String take() {
    if (length == 0) {
      return "";
    }
    var taken = new String(content, 0, length);
    text.count(length);
    length = 0;
    if (content.length > LARGEST_KEPT) {
      content = new char[LARGEST_KEPT];
    }
    return taken;
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

  /**
   * Goes on from {@code at}; stops after the closing quote, after a stride, at the end or at what
   * cannot be.
   */
  int advance(int at, int last) {
    int end = Math.min(last, at + STRIDE);
    if (collects) {
      makeRoom(end - at);
    }
    int next = at;
    while (next < end && state != State.CLOSED && expected.isEmpty()) {
      char c = text.charAt(next);
      if (state == State.ESCAPE) {
        escape(c);
      } else if (state == State.HEX) {
        hex(c);
      } else if (isPlain(c)) {
        next = afterPlain(next, end) - 1;
      } else if (c == '\\') {
        next = afterBackslash(next, end) - 1;
      } else {
        special(c, next);
      }
      next++;
    }
    return expected.isEmpty() ? next : next - 1;
  }

  /** For all that is read next, and a high surrogate from before. */
  private void makeRoom(int read) {
    int needed = length + read + 1;
    if (needed > content.length) {
      content = Arrays.copyOf(content, Math.max(needed, 2 * content.length));
    }
  }

  private void put(char c) {
    if (collects) {
      content[length++] = c;
    }
  }

  private int afterPlain(int from, int end) {
    notPaired();
    int at = from;
    int to = length;
    for (; at < end; at++) {
      char c = text.charAt(at);
      if (!isPlain(c)) {
        break;
      }
      if (collects) {
        content[to++] = c;
      }
    }
    length = to;
    return at;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
  }

  /** As a rule both characters of an escape come together. */
  private int afterBackslash(int at, int end) {
    char meant = at + 1 < end ? meant(text.charAt(at + 1)) : 0;
    if (meant != 0) {
      notPaired();
      put(meant);
      return at + 2;
    }
    escapeFrom = at;
    state = State.ESCAPE;
    return at + 1;
  }

  private void special(char c, int at) {
    if (c == '"') {
      notPaired();
      state = State.CLOSED;
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
      return;
    }
    char meant = meant(c);
    if (meant == 0) {
      expected = "one of \" \\ / b f n r t u after a backslash";
    } else {
      notPaired();
      put(meant);
      state = State.OPEN;
    }
  }

  /** What a backslash and this character stand for; 0 if nothing, or if more is needed. */
  static char meant(char escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case '"', '\\', '/' -> escaped;
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> 0;
    };
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
      put(escaped);
    }
  }

  /** Two halves are a pair only if both are escaped or neither is: UTF-8 cannot carry a mixture. */
  private void surrogate(char half, int from, boolean escaped) {
    boolean isHigh = Character.isHighSurrogate(half);
    if (highFrom >= 0 && !isHigh && escaped == highEscaped) {
      highFrom = NONE;
      put(high);
      put(half);
      return;
    }
    notPaired();
    if (isHigh) {
      high = half;
      highFrom = from;
      highEscaped = escaped;
    } else {
      replace(from, escaped);
    }
  }

  /** Something else than the other half came. */
  private void notPaired() {
    if (highFrom >= 0) {
      replace(highFrom, highEscaped);
      highFrom = NONE;
    }
  }

  private void replace(int from, boolean escaped) {
    text.replace(from, escaped);
    put(JsonText.REPLACEMENT);
  }
}
