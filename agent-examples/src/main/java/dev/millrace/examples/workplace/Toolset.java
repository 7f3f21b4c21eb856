package dev.millrace.examples.workplace;

import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.tools.files.FileChanges;
import dev.millrace.tools.files.FileTools;
import dev.millrace.tools.question.AskUserTool;
import dev.millrace.tools.shell.Shell;
import dev.millrace.tools.todo.TodoTool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/**
 * What the model can do.
 *
 * @param note what the user should know of it, printable
 */
public record Toolset(Toolbox tools, Optional<String> note) {
  public static Toolset of(Path folder, boolean isUnsandboxed, FileChanges changes) {
    var tools = new ArrayList<Tool>(FileTools.all(folder, changes));
    tools.add(TodoTool.create());
    tools.add(AskUserTool.create());
    if (isUnsandboxed) {
      tools.add(Shell.unsandboxed(folder).runCommand());
      var note = "commands run without a sandbox: they can do all that you can";
      return new Toolset(Toolbox.of(tools), Optional.of(note));
    }
    try {
      tools.add(Shell.sandboxed(folder).runCommand());
      return new Toolset(Toolbox.of(tools), Optional.empty());
    } catch (IllegalStateException e) {
      var note = "no commands: " + Printable.line(String.valueOf(e.getMessage()));
      return new Toolset(Toolbox.of(tools), Optional.of(note));
    }
  }
}
