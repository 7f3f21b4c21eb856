package dev.millrace.agent.stream;

/** The characters of a JSON text that grows at its end, with a cap. Not thread-safe. */
final class JsonText {
  /** Stands for half of a surrogate pair. */
  static final char REPLACEMENT = '\uFFFD';

  private static final String ESCAPED_REPLACEMENT = "\\ufffd";

  private final int cap;

  /** One byte a character as a rule; it doubles, so that it may be twice as large as the cap. */
  private final StringBuilder chars = new StringBuilder(128);

  private boolean overflowed;
  private int replacedAt = -1;
  private long work;

  JsonText(int cap) {
    this.cap = cap;
  }

  void append(String fragment) {
    if (overflowed || fragment.length() > cap - chars.length()) {
      overflowed = true;
    } else {
      chars.append(fragment);
    }
  }

  /** Whether there is nothing but what JSON calls white space. */
  boolean isBlank() {
    int at = 0;
    while (at < chars.length() && " \n\r\t".indexOf(chars.charAt(at)) >= 0) {
      at++;
    }
    return at == chars.length();
  }

  char charAt(int at) {
    return chars.charAt(at);
  }

  int length() {
    return chars.length();
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
      // One by one, since StringBuilder.replace would move all that follows.
      for (int i = 0; i < ESCAPED_REPLACEMENT.length(); i++) {
        chars.setCharAt(at + i, ESCAPED_REPLACEMENT.charAt(i));
      }
    } else {
      chars.setCharAt(at, REPLACEMENT);
    }
    replacedAt = replacedAt < 0 ? at : Math.min(replacedAt, at);
  }

  /** The characters as they stand in the text. */
  String raw(int from, int to) {
    work += to - from;
    return chars.substring(from, to);
  }

  void count(int characters) {
    work += characters;
  }

  /** How many characters were looked at or copied, which must stay linear in the length. */
  long work() {
    return work;
  }
}
