package dev.millrace.agent.message;

/** Text as a JSON string, with no more escapes than it needs. */
final class JsonString {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private JsonString() {}

  /**
   * Appends it in quotes.
   *
   * @param text valid Unicode
   */
  static void append(StringBuilder out, String text) {
    out.append('"');
    int done = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        out.append(text, done, i);
        appendEscaped(out, c);
        done = i + 1;
      }
    }
    out.append(text, done, text.length()).append('"');
  }

  private static void appendEscaped(StringBuilder out, char c) {
    out.append('\\');
    switch (c) {
      case '\n' -> out.append('n');
      case '\r' -> out.append('r');
      case '\t' -> out.append('t');
      case '\b' -> out.append('b');
      case '\f' -> out.append('f');
      case '"', '\\' -> out.append(c);
      default -> out.append("u00").append(HEX[c >> 4]).append(HEX[c & 15]);
    }
  }
}
