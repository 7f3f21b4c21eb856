package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Reads JSON strings out of UTF-8 bytes, escapes included. What it is not sure of it does not read:
 * control characters, wrong escapes, lone surrogates and bytes that are no UTF-8 are left to a
 * parser that can say what is wrong.
 */
final class JsonStringBytes {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int NONE = -1;

  private byte[] unescaped = new byte[256];
  private int length;
  private int end;

  /** The index after the closing quote of the string read last. */
  int end() {
    return end;
  }

  /** The string whose content starts at {@code from}, or null if it cannot be read here. */
  @Nullable String read(byte[] bytes, int from, int to) {
    int seen = 0;
    for (int at = from; at < to; at++) {
      byte c = bytes[at];
      if (c == '"') {
        end = at + 1;
        return seen < 0
            ? valid(new String(bytes, from, at - from, UTF_8))
            : new String(bytes, from, at - from, ISO_8859_1);
      }
      if (c == '\\') {
        return readEscaped(bytes, from, at, to);
      }
      if (isControl(c)) {
        return null;
      }
      seen |= c;
    }
    return null;
  }

  private @Nullable String readEscaped(byte[] bytes, int from, int firstEscape, int to) {
    if (unescaped.length < to - from) {
      unescaped = new byte[Math.max(to - from, 2 * unescaped.length)];
    }
    length = firstEscape - from;
    System.arraycopy(bytes, from, unescaped, 0, length);
    int at = firstEscape;
    while (at < to) {
      byte c = bytes[at];
      if (c == '"') {
        end = at + 1;
        return valid(new String(unescaped, 0, length, UTF_8));
      } else if (c == '\\') {
        at = escape(bytes, at + 1, to);
        if (at == NONE) {
          return null;
        }
      } else if (isControl(c)) {
        return null;
      } else {
        unescaped[length++] = c;
        at++;
      }
    }
    return null;
  }

  /** U+FFFD stands for bytes that are no UTF-8, or was sent as such, which is as rare. */
  private static @Nullable String valid(String text) {
    return text.indexOf(REPLACEMENT) < 0 ? text : null;
  }

  private static boolean isControl(byte c) {
    return c >= 0 && c < ' ';
  }

  /** Adds the escape whose backslash stands before {@code at}; the index after it, or NONE. */
  private int escape(byte[] bytes, int at, int to) {
    if (at >= to) {
      return NONE;
    }
    if (bytes[at] == 'u') {
      return unicode(bytes, at + 1, to);
    }
    char character = JsonString.meant((char) bytes[at]);
    if (character == 0) {
      return NONE;
    }
    unescaped[length++] = (byte) character;
    return at + 1;
  }

  private int unicode(byte[] bytes, int at, int to) {
    int unit = hex(bytes, at, to);
    if (unit == NONE || Character.isLowSurrogate((char) unit)) {
      return NONE;
    }
    if (!Character.isHighSurrogate((char) unit)) {
      encode(unit);
      return at + 4;
    }
    boolean paired = at + 6 <= to && bytes[at + 4] == '\\' && bytes[at + 5] == 'u';
    int low = paired ? hex(bytes, at + 6, to) : NONE;
    if (low == NONE || !Character.isLowSurrogate((char) low)) {
      return NONE;
    }
    encode(Character.toCodePoint((char) unit, (char) low));
    return at + 10;
  }

  private static int hex(byte[] bytes, int at, int to) {
    if (at + 4 > to) {
      return NONE;
    }
    int unit = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = bytes[i] < 0 ? NONE : Character.digit(bytes[i], 16);
      if (digit == NONE) {
        return NONE;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /** Adds a code point as UTF-8, which is never longer than its escape. */
  private void encode(int codePoint) {
    if (codePoint < 0x80) {
      unescaped[length++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      unescaped[length++] = (byte) (0xC0 | codePoint >> 6);
      unescaped[length++] = continuation(codePoint);
    } else if (codePoint < 0x10000) {
      unescaped[length++] = (byte) (0xE0 | codePoint >> 12);
      unescaped[length++] = continuation(codePoint >> 6);
      unescaped[length++] = continuation(codePoint);
    } else {
      unescaped[length++] = (byte) (0xF0 | codePoint >> 18);
      unescaped[length++] = continuation(codePoint >> 12);
      unescaped[length++] = continuation(codePoint >> 6);
      unescaped[length++] = continuation(codePoint);
    }
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }
}
