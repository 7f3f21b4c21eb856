package dev.millrace.examples.chat;

import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.tools.files.FileChanges;

/** Takes back what the file tools have changed; what commands changed is not known here. */
final class Undo {
  private final FileChanges changes = new FileChanges();
  private final Screen screen;

  Undo(Screen screen) {
    this.screen = screen;
  }

  FileChanges changes() {
    return changes;
  }

  /** Takes back the last change, and has the model told with the next thing that is said. */
  void last(Dialogue dialogue) {
    try {
      var undone = changes.undo();
      if (undone.isEmpty()) {
        screen.line("no file was changed by the model that could be put back");
      } else {
        screen.line("put back: " + Printable.line(undone.get()));
        dialogue.remember("The user has taken back your last change of " + undone.get() + ".");
      }
    } catch (ToolFailure e) {
      screen.line("not put back: " + Printable.line(String.valueOf(e.getMessage())));
    }
  }
}
