package dev.millrace.tools.web;

/**
 * Text without what a reader would not see: characters that say something to a model and nothing to
 * a person, and control characters.
 *
 * @param removed how many invisible characters there were
 * @param garbled how many byte sequences were no text in the page's charset
 */
record VisibleText(String text, int removed, int garbled) {

  static VisibleText of(String text) {
    var visible = new StringBuilder(text.length());
    int removed = 0;
    int garbled = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isLineEnd(c)) {
        boolean isFirstOfTwo = c == '\r' && i < text.length() && text.charAt(i) == '\n';
        visible.append(isFirstOfTwo ? "" : "\n");
      } else if (isInvisible(c)) {
        removed++;
      } else {
        garbled += c == 0xFFFD ? 1 : 0;
        visible.appendCodePoint(c);
      }
    }
    return new VisibleText(visible.toString(), removed, garbled);
  }

  private static boolean isLineEnd(int c) {
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  private static boolean isInvisible(int c) {
    if (c == '\t') {
      return false;
    }
    return switch (Character.getType(c)) {
      // Among the format characters are tags, joiners, direction marks and the soft hyphen.
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
      case Character.UNASSIGNED -> c >= 0xE0000 && c <= 0xE0FFF;
      default -> isVariationSelector(c) || isBlankLetter(c);
    };
  }

  /** They can carry bytes behind any letter. */
  private static boolean isVariationSelector(int c) {
    return (c >= 0xFE00 && c <= 0xFE0F)
        || (c >= 0xE0100 && c <= 0xE01EF)
        || (c >= 0x180B && c <= 0x180F);
  }

  private static boolean isBlankLetter(int c) {
    return c == 0x034F
        || c == 0x115F
        || c == 0x1160
        || c == 0x17B4
        || c == 0x17B5
        || c == 0x2800
        || c == 0x3164
        || c == 0xFFA0;
  }
}
