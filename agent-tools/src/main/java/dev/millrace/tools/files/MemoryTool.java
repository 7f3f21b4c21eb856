package dev.millrace.tools.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tool {@code memory} that the API defines ({@code memory_20250818}): a directory of notes that
 * a model keeps from one conversation to the next, and sees as {@code /memories}. Whatever it has
 * read may stand in there, so give each user a directory of their own, and keep it from others.
 * Works as {@link FileTools} do: by handle, through no link.
 */
public final class MemoryTool {
  private static final String TYPE = "memory_20250818";
  private static final String NAME = "memory";
  private static final String PREFIX = "/memories";
  private static final String DESCRIPTION =
      "Keeps notes in /memories: commands view, create, str_replace, insert, delete, rename.";

  private final Workspace workspace;
  private final Editor editor;
  private final Removal removal;

  private MemoryTool(Workspace workspace) {
    this.workspace = workspace;
    this.editor = new Editor(workspace);
    this.removal = new Removal(workspace);
  }

  enum Command {
    @JsonProperty("view")
    VIEW,
    @JsonProperty("create")
    CREATE,
    @JsonProperty("str_replace")
    REPLACE,
    @JsonProperty("insert")
    INSERT,
    @JsonProperty("delete")
    DELETE,
    @JsonProperty("rename")
    RENAME
  }

  record Input(
      Command command,
      Optional<String> path,
      @JsonProperty("view_range") Optional<List<Integer>> viewRange,
      @JsonProperty("file_text") Optional<String> fileText,
      @JsonProperty("old_str") Optional<String> oldText,
      @JsonProperty("new_str") Optional<String> newText,
      @JsonProperty("insert_line") OptionalInt insertLine,
      @JsonProperty("insert_text") Optional<String> insertText,
      @JsonProperty("old_path") Optional<String> oldPath,
      @JsonProperty("new_path") Optional<String> newPath) {}

  /**
   * The tool over a directory, with {@link FileLimits#DEFAULT}; throws as {@link
   * FileTools#all(Path)}.
   */
  public static Tool in(Path directory) {
    return in(directory, FileLimits.DEFAULT);
  }

  /** The tool over a directory, with these limits; otherwise as {@link #in(Path)}. */
  public static Tool in(Path directory, FileLimits limits) {
    var workspace = new Workspace(Root.of(directory), limits, ProtectedPaths.DEFAULT);
    var tool = new MemoryTool(workspace);
    return Tool.of(NAME, DESCRIPTION, Input.class, tool::call).withApiType(TYPE);
  }

  private String call(Input input, ToolContext context) throws ToolFailure {
    var budget = new Budget(workspace.limits(), context.cancelSignal());
    if (input.command() == Command.RENAME) {
      var from = Needed.text("old_path", input.oldPath());
      var to = Needed.text("new_path", input.newPath());
      return removal.rename(from, path(from), to, path(to));
    }
    var name = Needed.text("path", input.path());
    var path = path(name);
    return switch (input.command()) {
      case VIEW -> editor.view(name, path, input.viewRange(), budget);
      case CREATE -> editor.create(name, path, input.fileText(), budget);
      case REPLACE -> editor.replace(name, path, input.oldText(), input.newText(), budget);
      case INSERT -> editor.insert(name, path, input.insertLine(), input.insertText(), budget);
      case DELETE, RENAME -> removal.delete(name, path, budget);
    };
  }

  private RelativePath path(String name) throws ToolFailure {
    if (!name.equals(PREFIX) && !name.startsWith(PREFIX + "/")) {
      throw new ToolFailure(
          "The path " + Shown.name(name) + " is refused: it must begin with " + PREFIX + ".");
    }
    return workspace.root().path(name.substring(PREFIX.length()).replaceFirst("^/+", ""));
  }
}
