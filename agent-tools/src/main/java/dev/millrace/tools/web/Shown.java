package dev.millrace.tools.web;

import java.util.Locale;

/** How addresses, numbers and pieces of text are shown to the model. */
final class Shown {
  private static final int MAX_QUOTED = 300;

  private Shown() {}

  /** Text in quotes, cut short, with an escape for each character that is not plain ASCII. */
  static String quoted(String text) {
    var shown = new StringBuilder("\"");
    cut(text, MAX_QUOTED)
        .codePoints()
        .forEach(c -> {
          if (c < ' ' || c > '~') {
            shown.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.append(text.length() > MAX_QUOTED ? "…\"" : "\"").toString();
  }

  /** At most this many characters from the start, no half surrogate pair at the end. */
  static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, wholeAt(text, length));
  }

  /** The place, or the one before it when it would cut a surrogate pair. */
  static int wholeAt(String text, int place) {
    boolean cutsPair =
        place > 0
            && place < text.length()
            && Character.isLowSurrogate(text.charAt(place))
            && Character.isHighSurrogate(text.charAt(place - 1));
    return cutsPair ? place - 1 : place;
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** "1 byte", "1,234 bytes". */
  static String count(long number, String one, String many) {
    return number(number) + " " + (number == 1 ? one : many);
  }

  static String bytes(long number) {
    return count(number, "byte", "bytes");
  }
}
