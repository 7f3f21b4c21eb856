package dev.millrace.tools.files;

import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.files.Workspace.Missing;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The tool {@code edit_file}. */
record EditFile(Workspace workspace) {
  private static final int DIFF_CHARACTERS = 8_000;
  private static final String DESCRIPTION =
      """
      Changes parts of a text file and nothing else: all edits are made, or none. Give the version \
      that read_file, edit_file or write_file gave last; when the file has changed since, nothing \
      is written. Each old_text is looked for in the file as it is before all edits, and must be \
      there exactly once, or replace_all be set. Line ends (LF or CRLF) stay as the file has them. \
      Gives the new version and the lines that changed.\
      """;

  record Input(
      @Description("The file, relative to the root, e.g. src/main/App.java") String path,
      @Description("The version that is edited, e.g. 0123456789ab") String version,
      @Description("1 to 100 edits of different places") List<Edits.Edit> edits) {}

  Tool tool() {
    return Tool.of("edit_file", DESCRIPTION, Input.class, this::call);
  }

  String call(Input input, ToolContext context) throws ToolFailure {
    var path = workspace.root().path(input.path());
    var budget = new Budget(workspace.limits(), context.cancelSignal());
    try (var place = workspace.open(path, Missing.REFUSED)) {
      var read = place.read(workspace.limits(), budget);
      var before = read.orElseThrow(() -> Unreadable.missing(path));
      before.refuseOther(path, input.version());
      var replacements = Edits.of(before.bytes(), input.edits(), path, budget);
      byte[] after =
          Replacement.apply(before.bytes(), replacements, path, workspace.limits().fileBytes());
      if (Arrays.equals(before.bytes(), after)) {
        throw new ToolFailure("\"" + path + "\" was not written: the edits change nothing.");
      }
      place.write(after, Optional.of(before));
      workspace.wrote(path, Optional.of(before), after);
      return report(path, before.bytes(), replacements, after);
    } catch (IOException e) {
      throw Unwritable.of(path, e);
    }
  }

  private static String report(
      RelativePath path, byte[] before, List<Replacement> replacements, byte[] after) {
    return "%s: %s replaced, version %s%s"
        .formatted(
            path,
            Shown.count(replacements.size(), "place", "places"),
            Version.of(after),
            Diff.of(before, replacements, DIFF_CHARACTERS));
  }
}
