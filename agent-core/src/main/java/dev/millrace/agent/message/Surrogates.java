package dev.millrace.agent.message;

/** Keeps half surrogate pairs out of text: UTF-8 cannot hold them, and the API refuses them. */
final class Surrogates {
  private Surrogates() {}

  /** The text itself when it is valid Unicode, else a copy with U+FFFD for each lone surrogate. */
  static String repaired(String text) {
    int at = firstLone(text, 0);
    if (at < 0) {
      return text;
    }
    var out = new StringBuilder(text);
    while (at >= 0) {
      out.setCharAt(at, '\uFFFD');
      at = firstLone(text, at + 1);
    }
    return out.toString();
  }

  private static int firstLone(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }
}
