package dev.millrace.agent.message;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recognises JSON that can be kept as it stands but for blanks between its parts, which it takes
 * out (the API pads its events with them): one value, by the grammar, without duplicate keys and
 * without escapes that may be written otherwise. What it is not sure of it does not recognise, and
 * a parser then says what is wrong, if anything is. For one text.
 */
final class JsonCheck {
  private static final int MAX_DEPTH = 64;

  /** Of an object; more would want another way to look for duplicates. */
  private static final int MAX_KEYS = 32;

  /** As the JSON library has it. */
  private static final int MAX_KEY = 50_000;

  /** With more it may be too large a number to be computed with. */
  private static final int MAX_EXPONENT_DIGITS = 3;

  private final String text;
  private final int maxDepth;
  private int at;

  /** What is kept of the text up to {@link #kept}; null while that is all of it. */
  private @Nullable StringBuilder compact;

  private int kept;

  private JsonCheck(String text, int maxDepth) {
    this.text = text;
    this.maxDepth = Math.min(maxDepth, MAX_DEPTH);
  }

  /** The text without blanks between its parts, itself if it has none; null if not recognised. */
  static @Nullable String compact(String text, int maxDepth) {
    var check = new JsonCheck(text, maxDepth);
    if (!check.value(0)) {
      return null;
    }
    check.skipBlanks();
    return check.at == text.length() ? check.compact() : null;
  }

  private String compact() {
    return compact == null ? text : compact.append(text, kept, at).toString();
  }

  private void skipBlanks() {
    int from = at;
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    if (at > from) {
      compact = compact == null ? new StringBuilder(text.length()) : compact;
      compact.append(text, kept, from);
      kept = at;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private boolean value(int depth) {
    skipBlanks();
    if (at == text.length()) {
      return false;
    }
    return switch (text.charAt(at)) {
      case '{' -> depth < maxDepth && object(depth + 1);
      case '[' -> depth < maxDepth && array(depth + 1);
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    };
  }

  private boolean object(int depth) {
    at++;
    if (takeNext('}')) {
      return true;
    }
    int[] keys = new int[8];
    int count = 0;
    do {
      skipBlanks();
      int from = at;
      boolean isKey = string() && at - from <= MAX_KEY && count < 2 * MAX_KEYS;
      if (!isKey || isAmong(keys, count, from, at)) {
        return false;
      }
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, count * 2);
      }
      keys[count++] = from;
      keys[count++] = at;
      if (!takeNext(':') || !value(depth)) {
        return false;
      }
    } while (takeNext(','));
    return takeNext('}');
  }

  private boolean isAmong(int[] keys, int count, int from, int to) {
    for (int i = 0; i < count; i += 2) {
      if (keys[i + 1] - keys[i] == to - from
          && text.regionMatches(keys[i], text, from, to - from)) {
        return true;
      }
    }
    return false;
  }

  private boolean array(int depth) {
    at++;
    if (takeNext(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
    } while (takeNext(','));
    return takeNext(']');
  }

  /** There is one way here to write each character, so that keys that are equal look alike. */
  private boolean string() {
    if (!take('"')) {
      return false;
    }
    // Not in the field, which would be written for each character.
    int next = at;
    int end = text.length();
    while (next < end) {
      char c = text.charAt(next++);
      if (c == '"') {
        at = next;
        return true;
      }
      boolean isPlain = c >= ' ' && c != '\\' && !Character.isSurrogate(c);
      if (!isPlain && (next == end || !isPair(c, text.charAt(next++)))) {
        return false;
      }
    }
    return false;
  }

  /** Whether these two are an escape or a surrogate pair. */
  private static boolean isPair(char first, char second) {
    return first == '\\'
        ? "\"\\nrtbf".indexOf(second) >= 0
        : Character.isSurrogatePair(first, second);
  }

  private boolean literal(String literal) {
    boolean is = text.startsWith(literal, at);
    at += is ? literal.length() : 0;
    return is;
  }

  private boolean number() {
    int from = at;
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      int digits = at;
      if (!digits() || at - digits > MAX_EXPONENT_DIGITS) {
        return false;
      }
    }
    return at - from <= RawJson.MAX_NUMBER_LENGTH;
  }

  private boolean digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at > from;
  }

  /** Takes a character that may stand after blanks. */
  private boolean takeNext(char c) {
    if (take(c)) {
      return true;
    }
    skipBlanks();
    return take(c);
  }

  private boolean take(char c) {
    boolean is = at < text.length() && text.charAt(at) == c;
    at += is ? 1 : 0;
    return is;
  }
}
