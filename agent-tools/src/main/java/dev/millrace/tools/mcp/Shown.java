package dev.millrace.tools.mcp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a server's words are shown in logs, reasons and errors. */
final class Shown {
  private Shown() {}

  /**
   * At most so many characters, none of which can pretend to be another line, another direction or
   * nothing: control and format characters, separators and half surrogate pairs become escapes.
   */
  static String text(String text, int length) {
    var shown = new StringBuilder();
    cut(text, length)
        .codePoints()
        .forEach(codePoint -> {
          if (isDeceptive(codePoint)) {
            shown.append(String.format(Locale.ROOT, "\\u%04x", codePoint));
          } else {
            shown.appendCodePoint(codePoint);
          }
        });
    return text.length() > length ? shown + "…" : shown.toString();
  }

  private static boolean isDeceptive(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /** At most this many characters from the start, no half surrogate pair at the end. */
  static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end =
        length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }

  /** Whether there is no half surrogate pair in it, which could not be sent. */
  static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
