package dev.millrace.tools.shell;

import java.util.Locale;

/** How the output of commands is shown to the model and to whoever watches. */
final class Shown {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private Shown() {}

  /**
   * The text with everything as an escape that a terminal would obey or a reader would not see:
   * control characters but tab and line feed, direction marks, tags, separators, and variation
   * selectors beyond those of emoji. The joiners stay, scripts and emoji need them.
   */
  static String plain(CharSequence text) {
    var shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int codePoint = Character.codePointAt(text, i);
      i += Character.charCount(codePoint);
      if (isDeceptive(codePoint)) {
        shown.append(escaped(codePoint));
      } else {
        shown.appendCodePoint(codePoint);
      }
    }
    return shown.toString();
  }

  private static boolean isDeceptive(int codePoint) {
    if (codePoint < 0x7f) {
      return codePoint < ' ' && codePoint != '\n' && codePoint != '\t';
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> codePoint != ZERO_WIDTH_NON_JOINER && codePoint != ZERO_WIDTH_JOINER;
      default -> codePoint >= 0xe0000 && codePoint <= 0xe0fff;
    };
  }

  private static String escaped(int codePoint) {
    return switch (codePoint) {
      case '\r' -> "\\r";
      case 0x1b -> "\\e";
      default ->
          codePoint <= 0xff
              ? String.format(Locale.ROOT, "\\x%02x", codePoint)
              : String.format(Locale.ROOT, "\\u{%x}", codePoint);
    };
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** "1 second", "120 seconds". */
  static String seconds(long seconds) {
    return number(seconds) + (seconds == 1 ? " second" : " seconds");
  }
}
