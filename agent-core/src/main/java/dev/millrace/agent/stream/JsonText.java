package dev.millrace.agent.stream;

import java.util.Arrays;

/** The characters of a JSON text that grows at its end, with a cap. Not thread-safe. */
final class JsonText {
  private static final char REPLACEMENT = '\uFFFD';

  private final int cap;
  private char[] chars = new char[128];
  private int length;
  private boolean overflowed;
  private int replacedAt = -1;
  private long work;

  JsonText(int cap) {
    this.cap = cap;
  }

  void append(String fragment) {
    int added = fragment.length();
    if (overflowed || added > cap - length) {
      overflowed = true;
      return;
    }
    if (added > chars.length - length) {
      chars = Arrays.copyOf(chars, (int) Math.min(cap, 2L * (length + added)));
    }
    fragment.getChars(0, added, chars, length);
    length += added;
  }

  /** Whether there is nothing but what JSON calls white space. */
  boolean isBlank() {
    int at = 0;
    while (at < length && " \n\r\t".indexOf(chars[at]) >= 0) {
      at++;
    }
    return at == length;
  }

  char[] chars() {
    return chars;
  }

  int length() {
    return length;
  }

  int cap() {
    return cap;
  }

  /** Whether a fragment was left out, with all after it, because it would have passed the cap. */
  boolean overflowed() {
    return overflowed;
  }

  /** Where a lone surrogate was replaced first, or -1. */
  int replacedAt() {
    return replacedAt;
  }

  /**
   * Puts U+FFFD in the place of a lone surrogate, in the same form and so of the same length: what
   * is read from the text afterwards is valid Unicode, and no offset changes.
   */
  void replace(int at, boolean escaped) {
    if (escaped) {
      "fffd".getChars(0, 4, chars, at + 2);
    } else {
      chars[at] = REPLACEMENT;
    }
    replacedAt = replacedAt < 0 ? at : Math.min(replacedAt, at);
  }

  /** The characters as they stand in the text. */
  String raw(int from, int to) {
    work += to - from;
    return new String(chars, from, to - from);
  }

  /** The content of a string, or a part of it, given the range between its quotes. */
  String decode(int from, int to) {
    work += to - from;
    int at = from;
    while (at < to && chars[at] != '\\') {
      at++;
    }
    return at == to ? new String(chars, from, to - from) : decodeEscapes(from, at, to);
  }

  private String decodeEscapes(int from, int firstEscape, int to) {
    StringBuilder out = new StringBuilder(to - from).append(chars, from, firstEscape - from);
    int at = firstEscape;
    while (at < to) {
      char c = chars[at++];
      if (c != '\\') {
        out.append(c);
      } else if (chars[at] == 'u') {
        out.append((char) Integer.parseInt(new String(chars, at + 1, 4), 16));
        at += 5;
      } else {
        out.append(unescaped(chars[at++]));
      }
    }
    return out.toString();
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  void count(int characters) {
    work += characters;
  }

  /** How many characters were looked at or copied, which must stay linear in the length. */
  long work() {
    return work;
  }
}
