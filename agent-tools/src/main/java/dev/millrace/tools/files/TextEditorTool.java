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
 * The tool {@code str_replace_based_edit_tool} that the API defines ({@code text_editor_20250728}):
 * models know it without being told. It works below a root as {@link FileTools} do, and protects
 * the same paths; the root is what the model sees as {@code /}.
 */
public final class TextEditorTool {
  private static final String TYPE = "text_editor_20250728";
  private static final String NAME = "str_replace_based_edit_tool";
  private static final String DESCRIPTION =
      "Views, creates and edits text files: commands view, create, str_replace, insert.";

  private final Workspace workspace;
  private final Editor editor;

  private TextEditorTool(Workspace workspace) {
    this.workspace = workspace;
    this.editor = new Editor(workspace);
  }

  enum Command {
    @JsonProperty("view")
    VIEW,
    @JsonProperty("create")
    CREATE,
    @JsonProperty("str_replace")
    REPLACE,
    @JsonProperty("insert")
    INSERT
  }

  record Input(
      Command command,
      String path,
      @JsonProperty("view_range") Optional<List<Integer>> viewRange,
      @JsonProperty("file_text") Optional<String> fileText,
      @JsonProperty("old_str") Optional<String> oldText,
      @JsonProperty("new_str") Optional<String> newText,
      @JsonProperty("insert_line") OptionalInt insertLine,
      @JsonProperty("insert_text") Optional<String> insertText) {}

  /**
   * The tool below a root, with {@link FileLimits#DEFAULT} and {@link ProtectedPaths#DEFAULT};
   * throws as {@link FileTools#all(Path)}.
   */
  public static Tool below(Path root) {
    return below(root, FileLimits.DEFAULT, ProtectedPaths.DEFAULT);
  }

  /** The tool with these limits and what must not be written; otherwise as {@link #below(Path)}. */
  public static Tool below(Path root, FileLimits limits, ProtectedPaths protectedPaths) {
    var tool = new TextEditorTool(new Workspace(Root.of(root), limits, protectedPaths));
    return Tool.of(NAME, DESCRIPTION, Input.class, tool::call).withApiType(TYPE);
  }

  private String call(Input input, ToolContext context) throws ToolFailure {
    var name = input.path();
    var path = workspace.root().path(name.replaceFirst("^/+", ""));
    var budget = new Budget(workspace.limits(), context.cancelSignal());
    return switch (input.command()) {
      case VIEW -> editor.view(name, path, input.viewRange(), budget);
      case CREATE -> editor.create(name, path, input.fileText(), budget);
      case REPLACE -> editor.replace(name, path, input.oldText(), input.newText(), budget);
      case INSERT ->
          editor.insert(
              name, path, input.insertLine(), input.insertText().or(input::newText), budget);
    };
  }
}
