package dev.millrace.tools.files;

/**
 * A text that is looked for in bytes which come one by one, in time of the bytes alone whatever
 * both are (the algorithm of Knuth, Morris and Pratt). For one search.
 */
final class Needle {
  private final byte[] text;
  private final int[] borders;
  private int matched;

  /** Looks for a text that is not empty. */
  Needle(byte[] text) {
    this.text = text;
    this.borders = borders(text);
  }

  /** For each start of the text, how long its longest own start is that it also ends with. */
  private static int[] borders(byte[] text) {
    int[] borders = new int[text.length + 1];
    borders[0] = -1;
    int border = -1;
    for (int i = 0; i < text.length; i++) {
      while (border >= 0 && text[border] != text[i]) {
        border = borders[border];
      }
      borders[i + 1] = ++border;
    }
    return borders;
  }

  /** Takes the next byte; true when the text ends with it. Texts may overlap. */
  boolean endsWith(byte next) {
    if (matched == text.length) {
      matched = borders[matched];
    }
    while (matched >= 0 && text[matched] != next) {
      matched = borders[matched];
    }
    matched++;
    return matched == text.length;
  }
}
