package dev.millrace.testkit;

/** JSON written by hand: an answer is rendered without a mapper, which would have to be loaded. */
final class JsonText {
  private JsonText() {}

  static String quote(String text) {
    var json = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        default -> {
          if (c < ' ' || isLoneSurrogate(text, i)) {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }

  /** Returns the JSON on one line; between its tokens a line break means no more than a space. */
  static String onOneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }

  // A lone surrogate has no UTF-8 form; escaped it survives as what the sender meant.
  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
