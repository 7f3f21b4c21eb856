package dev.millrace.tools.files;

import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.files.Workspace.Missing;
import java.io.IOException;
import java.util.Optional;

/** The tool {@code write_file}. */
record WriteFile(Workspace workspace) {
  private static final String DESCRIPTION =
      """
      Writes a whole text file (UTF-8), exactly as content says. A new file needs no version; \
      directories that are missing are made. To replace a file, give the version that read_file, \
      edit_file or write_file gave last: when the file has changed since, nothing is written. To \
      change a part of a file use edit_file. Gives the new version.\
      """;

  record Input(
      @Description("The file, relative to the root, e.g. src/main/App.java") String path,
      @Description("All of the new content") String content,
      @Description("Only to replace a file: the version that is replaced, e.g. 0123456789ab")
          Optional<String> version) {}

  Tool tool() {
    return Tool.of("write_file", DESCRIPTION, Input.class, this::call);
  }

  String call(Input input, ToolContext context) throws ToolFailure {
    var path = workspace.root().path(input.path());
    var content = Utf8.bytes("content", input.content());
    var limits = workspace.limits();
    if (content.length > limits.fileBytes()) {
      throw Unwritable.tooLarge(path, content.length, limits.fileBytes());
    }
    var budget = new Budget(limits, context.cancelSignal());
    var missing = input.version().isPresent() ? Missing.REFUSED : Missing.MADE;
    try (var place = workspace.open(path, missing)) {
      var before = place.read(limits, budget);
      check(path, input.version(), before);
      place.write(content, before);
      workspace.wrote(path, before, content);
      return report(path, content, before.isPresent() ? "replaced" : "created");
    } catch (IOException e) {
      throw Unwritable.of(path, e);
    }
  }

  private static void check(RelativePath path, Optional<String> version, Optional<Snapshot> before)
      throws ToolFailure {
    if (before.isEmpty() && version.isPresent()) {
      throw Unreadable.missing(path);
    }
    if (before.isPresent() && version.isEmpty()) {
      throw new ToolFailure(
          "\""
              + path
              + "\" was not written: it exists. To change a part of it use edit_file; to replace"
              + " all of it read it with read_file and give the version that it says.");
    }
    if (before.isPresent()) {
      before.get().refuseOther(path, version.get());
    }
  }

  private static String report(RelativePath path, byte[] content, String what) {
    return "%s: %s, %s, %s, version %s"
        .formatted(
            path,
            what,
            Shown.bytes(content.length),
            Shown.count(Utf8.lines(content), "line", "lines"),
            Version.of(content));
  }
}
