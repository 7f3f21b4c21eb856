package dev.millrace.tools.files;

import dev.millrace.tools.files.TextLines.Line;

/** The lines that matched: the first ones as text, all of them as a count. For one call. */
final class Matches {
  private static final int EXCERPT = 300;
  private static final int BEFORE = 100;

  private final int most;
  private final int maxCharacters;
  private final StringBuilder text = new StringBuilder();
  private String lastPath = "";
  private long files;
  private long shown;
  private long more;

  Matches(int most, FileLimits limits) {
    this.most = most;
    this.maxCharacters = limits.resultCharacters();
  }

  boolean isEmpty() {
    return shown == 0;
  }

  /** "12 matching lines in 3 files". */
  String total() {
    return Shown.count(shown + more, "matching line", "matching lines")
        + " in "
        + Shown.count(files, "file", "files");
  }

  /** Adds a line of a file; files come one after the other. */
  void add(String path, Line line, int start) {
    if (!path.equals(lastPath)) {
      lastPath = path;
      files++;
    }
    var excerpt = excerpt(line, start);
    int length = path.length() + excerpt.length();
    if (more > 0 || shown == most || (shown > 0 && text.length() + length > maxCharacters)) {
      more++;
      return;
    }
    text.append('\n').append(path).append(':').append(line.number()).append(": ").append(excerpt);
    shown++;
  }

  /** The line, or of a long one what is around the match. */
  private static String excerpt(Line line, int start) {
    var text = line.text();
    if (line.length() <= EXCERPT) {
      return text;
    }
    int from = Math.max(0, Math.min(start - BEFORE, text.length() - EXCERPT));
    if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
      from--;
    }
    var piece = Shown.cut(text.substring(from), EXCERPT);
    boolean goesOn = from + piece.length() < line.length();
    return (from > 0 ? "…" : "") + piece + (goesOn ? "…" : "");
  }

  String report(long searched) {
    var heading =
        (isEmpty() ? "no match" : total())
            + " (searched "
            + Shown.count(searched, "file", "files")
            + ")";
    return more == 0
        ? heading + text
        : heading
            + text
            + "\n[… "
            + Shown.count(more, "more matching line", "more matching lines")
            + "; narrow it by path, glob or pattern]";
  }
}
