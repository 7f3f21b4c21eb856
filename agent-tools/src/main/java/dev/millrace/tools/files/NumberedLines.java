package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The lines of a file that are shown; those before and after are only counted. For one call. */
final class NumberedLines {
  private final long from;
  private final long most;
  private final FileLimits limits;
  private final StringBuilder text = new StringBuilder();
  private long shown;
  private long cut;
  private boolean isFull;

  NumberedLines(long from, long most, FileLimits limits) {
    this.from = from;
    this.most = most;
    this.limits = limits;
  }

  void read(TextLines lines) throws IOException, ToolFailure {
    for (var line = lines.next(); line != null; line = lines.next()) {
      isFull |= shown == most;
      if (line.number() >= from && !isFull) {
        add(line);
      }
    }
  }

  private void add(TextLines.Line line) {
    if (shown > 0 && text.length() + line.text().length() > limits.resultCharacters()) {
      isFull = true;
      return;
    }
    text.append('\n').append("%6d\t".formatted(line.number())).append(line.text());
    if (line.isCut()) {
      text.append("… [").append(Shown.number(line.length())).append(" characters]");
      cut++;
    }
    shown++;
  }

  boolean isEmpty() {
    return shown == 0;
  }

  /** The lines, each after a line break. */
  String text() {
    return text.toString();
  }

  /** "1-2,000". */
  String range() {
    return Shown.number(from) + "-" + Shown.number(from + shown - 1);
  }

  /** The failure when the first line that is wanted was not reached. */
  ToolFailure beyond(RelativePath path, TextLines lines) {
    var wanted = "Line " + Shown.number(from) + " of \"" + path + "\" was not reached: ";
    return new ToolFailure(
        lines.isCutOff()
            ? wanted
                + "reading stopped at the limit of "
                + Shown.bytes(limits.fileBytes())
                + " or of time, in line "
                + Shown.number(lines.count())
                + ". Use search_files to find what is wanted in the part before."
            : wanted + "the file has " + Shown.count(lines.count(), "line", "lines") + ".");
  }

  /**
   * What must be known about the lines, each after a line break and in brackets.
   *
   * @param goOn how to get the lines that follow, with a place for the number of the first
   */
  String notes(TextLines lines, String goOn) {
    var notes = new ArrayList<String>();
    long next = from + shown;
    if (lines.isCutOff()) {
      notes.add("the file goes on; counting stopped at the limit of bytes or time");
    }
    if (lines.count() >= next) {
      var more = Shown.count(lines.count() - next + 1, "more line", "more lines");
      notes.add(more + ": go on with " + goOn.formatted(next));
    }
    if (cut > 0) {
      var were = Shown.count(cut, "line was", "lines were");
      notes.add(were + " cut at " + Shown.number(limits.lineCharacters()) + " characters");
    }
    notes.addAll(ofText(lines));
    var joined = new StringBuilder();
    notes.forEach(note -> joined.append("\n[").append(note).append(']'));
    return joined.toString();
  }

  private static List<String> ofText(TextLines lines) {
    var notes = new ArrayList<String>();
    if (lines.invalid() > 0) {
      notes.add(
          Shown.count(lines.invalid(), "byte sequence is", "byte sequences are")
              + " not UTF-8 text and shown as \uFFFD");
    }
    if (lines.windowsEnds() > 0) {
      notes.add(Shown.count(lines.windowsEnds(), "line ends", "lines end") + " in CRLF");
    }
    if (lines.hasByteOrderMark()) {
      notes.add("the file begins with a byte order mark");
    }
    return notes;
  }
}
