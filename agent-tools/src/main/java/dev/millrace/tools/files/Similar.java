package dev.millrace.tools.files;

import java.util.Arrays;
import java.util.OptionalLong;

/** Finds a text that differs in white space only, which is how models miss most often. */
final class Similar {
  private Similar() {}

  /** The line where it begins; empty when there is none. */
  static OptionalLong lineOf(byte[] text, byte[] content) {
    byte[] collapsed = collapsed(text);
    if (collapsed.length == 0) {
      return OptionalLong.empty();
    }
    var needle = new Needle(collapsed);
    // Of each byte that was fed, its line, as far back as the text is long.
    long[] lines = new long[collapsed.length];
    long line = 1;
    long fed = 0;
    for (byte b : content) {
      if (!isSpace(b)) {
        lines[(int) (fed++ % lines.length)] = line;
        if (needle.endsWith(b)) {
          return OptionalLong.of(lines[(int) (fed % lines.length)]);
        }
      }
      line += b == '\n' ? 1 : 0;
    }
    return OptionalLong.empty();
  }

  private static byte[] collapsed(byte[] text) {
    byte[] collapsed = new byte[text.length];
    int length = 0;
    for (byte b : text) {
      if (!isSpace(b)) {
        collapsed[length++] = b;
      }
    }
    return Arrays.copyOf(collapsed, length);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }
}
