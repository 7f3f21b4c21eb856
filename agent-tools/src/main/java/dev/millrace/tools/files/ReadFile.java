package dev.millrace.tools.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The tool {@code read_file}. */
record ReadFile(Root root, FileLimits limits) {
  private static final int DEFAULT_LINES = 2_000;
  private static final String DESCRIPTION =
      """
      Reads a text file (UTF-8). Gives a heading that says which lines of how many these are, then \
      each line as its number, a tab and its text; number and tab are not part of the file. Notes \
      about what was left out follow in square brackets. Long files come in parts: go on with \
      from_line. Binary files, links and directories are refused.\
      """;

  record Input(
      @Description("The file, relative to the root, e.g. src/main/App.java") String path,
      @JsonProperty("from_line") @Description("The first line wanted, from 1; default 1")
          OptionalInt fromLine,
      @JsonProperty("max_lines") @Description("The most lines wanted; default 2000")
          OptionalInt maxLines) {}

  Tool tool() {
    return Tool.of("read_file", DESCRIPTION, Input.class, this::call)
        .with(ToolTraits.DEFAULT.readOnly());
  }

  String call(Input input, ToolContext context) throws ToolFailure {
    long from = Numbers.atLeast("from_line", input.fromLine().orElse(1), 1);
    long most = Numbers.atLeast("max_lines", input.maxLines().orElse(DEFAULT_LINES), 1);
    var path = root.path(input.path());
    var budget = new Budget(limits, context.cancelSignal());
    try (var file = root.openFile(path)) {
      var lines =
          new TextLines(file.channel(), limits.lineCharacters(), limits.fileBytes(), budget);
      if (lines.isBinary()) {
        throw Unreadable.binary(path, lines, file.size());
      }
      var part = new Part(from, most);
      part.read(lines);
      return part.report(path, file, lines);
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  /** The lines that are given; those before and after are only counted. */
  private final class Part {
    private final long from;
    private final long most;
    private final StringBuilder text = new StringBuilder();
    private long shown;
    private long cut;
    private boolean isFull;

    Part(long from, long most) {
      this.from = from;
      this.most = most;
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

    String report(RelativePath path, OpenFile file, TextLines lines) throws ToolFailure {
      var size = Shown.bytes(file.size());
      if (shown == 0 && lines.count() == 0 && !lines.isCutOff()) {
        return path + " is empty (" + size + ")";
      }
      if (shown == 0) {
        throw new ToolFailure(beyond(path, lines));
      }
      var report = new StringBuilder().append(path).append(": lines ");
      report.append(Shown.number(from)).append("-").append(Shown.number(from + shown - 1));
      report.append(" of ").append(lines.isCutOff() ? "more than " : "");
      report.append(Shown.number(lines.count())).append(", ").append(size).append(text);
      notes(lines).forEach(note -> report.append("\n[").append(note).append(']'));
      return report.toString();
    }

    private String beyond(RelativePath path, TextLines lines) {
      var wanted = "Line " + Shown.number(from) + " of \"" + path + "\" was not reached: ";
      return lines.isCutOff()
          ? wanted
              + "reading stopped at the limit of "
              + Shown.bytes(limits.fileBytes())
              + " or of time, in line "
              + Shown.number(lines.count())
              + ". Use search_files to find what is wanted in the part before."
          : wanted + "the file has " + Shown.count(lines.count(), "line", "lines") + ".";
    }

    private List<String> notes(TextLines lines) {
      var notes = new ArrayList<String>();
      long next = from + shown;
      if (lines.isCutOff()) {
        notes.add("the file goes on; counting stopped at the limit of bytes or time");
      }
      if (lines.count() >= next) {
        var more = Shown.count(lines.count() - next + 1, "more line", "more lines");
        notes.add(more + ": go on with from_line " + next);
      }
      if (cut > 0) {
        notes.add(
            Shown.count(cut, "line was", "lines were")
                + " cut at "
                + Shown.number(limits.lineCharacters())
                + " characters");
      }
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
}
