package dev.millrace.tools.files;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a text stands in a content, line ends of both kinds being the same.
 *
 * @param found the first of them, at most {@link #MOST}; they may overlap
 * @param count all of them
 */
record Occurrences(List<Found> found, long count) {
  static final int MOST = 10_000;

  /**
   * A place where the text stands.
   *
   * @param end the offset after its last byte
   * @param unixEnd the same offset if all lines ended in LF
   * @param line the line where it begins, from 1
   * @param isWindows whether the last line end up to there is CRLF
   */
  record Found(int end, int unixEnd, long line, boolean isWindows) {}

  /** Looks for a text, which must not be empty, with LF alone. */
  static Occurrences of(byte[] text, byte[] content) {
    var needle = new Needle(text);
    var found = new ArrayList<Found>();
    long lineEnds = lineEnds(text, text.length - 1);
    boolean isWindows = LineEnds.isWindows(content);
    long count = 0;
    long line = 1;
    int unixEnd = 0;
    for (int i = 0; i < content.length; i++) {
      if (LineEnds.isHalf(content, i)) {
        continue;
      }
      unixEnd++;
      boolean isLineEnd = content[i] == '\n';
      if (isLineEnd) {
        isWindows = i > 0 && content[i - 1] == '\r';
      }
      if (needle.endsWith(content[i]) && ++count <= MOST) {
        found.add(new Found(i + 1, unixEnd, line - lineEnds, isWindows));
      }
      line += isLineEnd ? 1 : 0;
    }
    return new Occurrences(List.copyOf(found), count);
  }

  private static long lineEnds(byte[] text, int until) {
    long lineEnds = 0;
    for (int i = 0; i < until; i++) {
      lineEnds += text[i] == '\n' ? 1 : 0;
    }
    return lineEnds;
  }

  /** What puts another text in the place of this one, leaving out what overlaps. */
  List<Replacement> replacedBy(byte[] text, byte[] by, byte[] content) {
    var replacements = new ArrayList<Replacement>();
    byte[] windows = LineEnds.windows(by);
    int free = 0;
    for (var place : found) {
      if (place.unixEnd() - text.length >= free) {
        int start = start(text.length, place.end(), content);
        replacements.add(new Replacement(start, place.end(), place.isWindows() ? windows : by));
        free = place.unixEnd();
      }
    }
    return replacements;
  }

  private static int start(int unixLength, int end, byte[] content) {
    int start = end;
    for (int i = 0; i < unixLength; i++) {
      start--;
      if (start > 0 && LineEnds.isHalf(content, start - 1)) {
        start--;
      }
    }
    return start;
  }

  /** The first lines where it begins: "3, 17 and 4 more". */
  String lines() {
    int shown = Math.min(5, found.size());
    var lines = new ArrayList<String>();
    found.subList(0, shown).forEach(place -> lines.add(Shown.number(place.line())));
    var text = String.join(", ", lines);
    return count > shown ? text + " and " + Shown.number(count - shown) + " more" : text;
  }
}
