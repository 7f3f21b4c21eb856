package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.files.LinePattern.TooSlow;
import dev.millrace.tools.files.TextLines.Line;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A search as it goes from file to file, and what it came across. For one call. */
final class Search {
  private static final int LINE_KEPT = 16_384;
  private static final int TELL_EVERY = 1_000;
  private static final int MOST_SLOW_LINES = 20;

  private final LinePattern pattern;
  private final FileLimits limits;
  private final Budget budget;
  private final Matches matches;
  private final ToolContext context;
  private final List<String> remarks = new ArrayList<>();
  private long files;
  private long binary;
  private long cutFiles;
  private long cutLines;
  private long unreadable;
  private @Nullable String firstUnreadable;
  private long slowLines;
  private @Nullable String firstSlowLine;

  Search(
      LinePattern pattern, FileLimits limits, Budget budget, Matches matches, ToolContext context) {
    this.pattern = pattern;
    this.limits = limits;
    this.budget = budget;
    this.matches = matches;
    this.context = context;
  }

  /** Searches a file. */
  void file(String path, ReadableByteChannel channel) throws IOException, ToolFailure {
    var lines = new TextLines(channel, LINE_KEPT, limits.fileBytes(), budget);
    if (lines.isBinary()) {
      binary++;
    } else {
      files++;
      for (var line = lines.next(); line != null; line = lines.next()) {
        look(path, line);
      }
      cutFiles += lines.isCutOff() ? 1 : 0;
    }
    if ((files + binary) % TELL_EVERY == 0) {
      context.progress(
          "looked at " + Shown.number(files + binary) + " files, " + matches.total() + " so far\n");
    }
  }

  private void look(String path, Line line) throws ToolFailure {
    cutLines += line.isCut() ? 1 : 0;
    try {
      int start = pattern.find(line.text());
      if (start >= 0) {
        matches.add(path, line, start);
      }
    } catch (TooSlow e) {
      slow(path, line, e);
    }
  }

  private void slow(String path, Line line, TooSlow e) throws ToolFailure {
    if (firstSlowLine == null) {
      firstSlowLine = path + ":" + line.number();
    }
    if (++slowLines == MOST_SLOW_LINES) {
      throw tooSlow(e);
    }
  }

  private ToolFailure tooSlow(@Nullable TooSlow cause) {
    var text =
        "The pattern takes too long: matching was stopped on "
            + Shown.count(slowLines, "line", "lines")
            + ", first at "
            + firstSlowLine
            + ". Make it simpler (no repetition inside a repetition, as in (a+)+), or set literal to"
            + " true.";
    return cause == null ? new ToolFailure(text) : new ToolFailure(text, cause);
  }

  /** A file of the tree that could not be searched. */
  void unreadable(String path, IOException e) throws ToolFailure {
    if (e instanceof ClosedByInterruptException) {
      throw Unreadable.cancelled();
    }
    if (firstUnreadable == null) {
      firstUnreadable = path + " (" + Unreadable.reason(e) + ")";
    }
    unreadable++;
  }

  void remark(String remark) {
    remarks.add(remark);
  }

  String report() throws ToolFailure {
    if (matches.isEmpty() && slowLines > 0) {
      throw tooSlow(null);
    }
    var report = new StringBuilder(matches.report(files));
    notes().forEach(note -> report.append("\n[").append(note).append(']'));
    return report.toString();
  }

  private List<String> notes() {
    var notes = new ArrayList<String>();
    if (slowLines > 0) {
      notes.add(
          "the pattern takes too long on "
              + Shown.count(slowLines, "line", "lines")
              + ", which count as not matching; first "
              + firstSlowLine);
    }
    if (binary > 0) {
      notes.add(Shown.count(binary, "binary file", "binary files") + " not searched");
    }
    if (cutFiles > 0) {
      notes.add(
          Shown.count(cutFiles, "file was", "files were")
              + " not searched to the end (limit of "
              + Shown.bytes(limits.fileBytes())
              + " or of time)");
    }
    if (cutLines > 0) {
      notes.add(
          Shown.count(cutLines, "line was", "lines were")
              + " searched in the first "
              + Shown.number(LINE_KEPT)
              + " characters only");
    }
    if (unreadable > 0) {
      notes.add(
          Shown.count(unreadable, "file", "files") + " could not be read: " + firstUnreadable);
    }
    notes.addAll(remarks);
    return notes;
  }
}
