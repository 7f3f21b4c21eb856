package dev.millrace.tools.files;

import java.util.Locale;

/** How names, numbers and pieces of text are shown to the model. */
final class Shown {
  private static final int MAX_NAME = 4_096;

  private Shown() {}

  /**
   * A name whose characters cannot pretend to be lines or other names: control characters, line
   * separators, direction marks and halves of surrogate pairs are shown as escapes.
   */
  static String name(String name) {
    var shown = new StringBuilder();
    cut(name, MAX_NAME)
        .codePoints()
        .forEach(codePoint -> {
          if (isDeceptive(codePoint)) {
            shown.append(String.format(Locale.ROOT, "\\u%04x", codePoint));
          } else {
            shown.appendCodePoint(codePoint);
          }
        });
    return name.length() > MAX_NAME ? shown + "…" : shown.toString();
  }

  private static boolean isDeceptive(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default ->
          (codePoint >= 0x200e && codePoint <= 0x200f)
              || (codePoint >= 0x202a && codePoint <= 0x202e)
              || (codePoint >= 0x2066 && codePoint <= 0x2069);
    };
  }

  /** At most this many characters from the start, no half surrogate pair at the end. */
  static String cut(CharSequence text, int length) {
    if (text.length() <= length) {
      return text.toString();
    }
    int end = length;
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.subSequence(0, end).toString();
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** "1 file", "1,234 files". */
  static String count(long number, String one, String many) {
    return number(number) + " " + (number == 1 ? one : many);
  }

  static String bytes(long number) {
    return count(number, "byte", "bytes");
  }
}
