package dev.millrace.agent.message;

/** Text as a JSON string, with no more escapes than it needs, and back. */
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

  /** The index after the string of valid JSON that begins here. */
  static int end(String json, int from) {
    int quote = json.indexOf('"', from + 1);
    while (isEscaped(json, quote)) {
      quote = json.indexOf('"', quote + 1);
    }
    return quote + 1;
  }

  private static boolean isEscaped(String json, int quote) {
    int from = quote;
    while (json.charAt(from - 1) == '\\') {
      from--;
    }
    return (quote - from) % 2 == 1;
  }

  /** The content of a string of valid JSON that stands between these offsets, with its quotes. */
  static String content(String json, int from, int to) {
    int end = to - 1;
    int escape = json.indexOf('\\', from + 1, end);
    if (escape < 0) {
      return json.substring(from + 1, end);
    }
    var content = new StringBuilder(end - from);
    int done = from + 1;
    for (; escape >= 0; escape = json.indexOf('\\', done, end)) {
      content.append(json, done, escape);
      char c = json.charAt(escape + 1);
      if (c == 'u') {
        content.append((char) Integer.parseInt(json, escape + 2, escape + 6, 16));
      } else {
        content.append(unescaped(c));
      }
      done = escape + (c == 'u' ? 6 : 2);
    }
    return content.append(json, done, end).toString();
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> c;
    };
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
