package dev.millrace.examples.terminal;

import java.util.function.IntPredicate;

/**
 * Text that cannot do anything to a terminal but be read. What models and tools say may hold escape
 * sequences that move the cursor, set the clipboard or hide text; they are shown as {@code \\u001b}
 * and the like.
 */
public final class Printable {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private Printable() {}

  /** Line breaks and tabs stay; carriage returns go. */
  public static String text(String text) {
    return escaped(text, c -> c == '\n' || c == '\t' || !isHidden(c)).replace("\\u000d", "");
  }

  /** On one line: line breaks become a sign. */
  public static String line(String text) {
    return text(text).replace("\n", "\u23ce").replace('\t', ' ');
  }

  /** On one line of at most so many characters. */
  public static String line(String text, int most) {
    int end = Math.min(text.length(), most);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return line(text.substring(0, end)) + (end < text.length() ? "\u2026" : "");
  }

  /** JSON stays the same value; what line readers or terminals take amiss is escaped. */
  public static String json(String json) {
    return escaped(json, c -> !isHidden(c));
  }

  private static String escaped(String text, IntPredicate isPlain) {
    if (text.codePoints().allMatch(isPlain)) {
      return text;
    }
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (isPlain.test(c)) {
            escaped.appendCodePoint(c);
          } else {
            for (char unit : Character.toChars(c)) {
              escaped.append("\\u%04x".formatted((int) unit));
            }
          }
        });
    return escaped.toString();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      case Character.FORMAT -> c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER;
      default -> false;
    };
  }
}
