package dev.millrace.tools.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.util.OptionalInt;

/** The tool {@code read_file}. */
record ReadFile(Root root, FileLimits limits) {
  private static final int DEFAULT_LINES = 2_000;
  private static final String DESCRIPTION =
      """
      Reads a text file (UTF-8). Gives a heading that says which lines of how many these are and \
      the version, which edit_file and write_file want; then each line as its number, a tab and \
      its text; number and tab are not part of the file. Notes about what was left out follow in \
      square brackets. Long files come in parts: go on with from_line. Pictures (PNG, JPEG, GIF, \
      WebP) and PDFs are shown as such. Other binary files, links and directories are refused.\
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

  ToolOutput call(Input input, ToolContext context) throws ToolFailure {
    long from = Numbers.atLeast("from_line", input.fromLine().orElse(1), 1);
    long most = Numbers.atLeast("max_lines", input.maxLines().orElse(DEFAULT_LINES), 1);
    var path = root.path(input.path());
    var budget = new Budget(limits, context.cancelSignal());
    try (var file = root.openFile(path)) {
      var media = Media.of(file);
      return media.isPresent()
          ? media.get().read(path, file, budget)
          : ToolOutput.text(text(path, file, new NumberedLines(from, most, limits), budget));
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  private String text(RelativePath path, OpenFile file, NumberedLines part, Budget budget)
      throws IOException, ToolFailure {
    var channel = new VersionedChannel(file.channel());
    var lines = new TextLines(channel, limits.lineCharacters(), limits.fileBytes(), budget);
    if (lines.isBinary()) {
      throw Unreadable.binary(path, lines, file.size());
    }
    part.read(lines);
    // Of a file that was not read to its end there is no version, and so it cannot be edited.
    var version = lines.isCutOff() ? "" : ", version " + channel.version();
    if (part.isEmpty() && lines.count() == 0 && !lines.isCutOff()) {
      return path + " is empty (" + Shown.bytes(file.size()) + ")" + version;
    }
    if (part.isEmpty()) {
      throw part.beyond(path, lines);
    }
    return path
        + ": lines "
        + part.range()
        + " of "
        + (lines.isCutOff() ? "more than " : "")
        + Shown.number(lines.count())
        + ", "
        + Shown.bytes(file.size())
        + version
        + part.text()
        + part.notes(lines, "from_line %d");
  }
}
