package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** What the model is told of files that are not written; never a path outside the root. */
final class Unwritable {
  private Unwritable() {}

  static ToolFailure isProtected(RelativePath path, RelativePath what) {
    return new ToolFailure(
        "\""
            + path
            + "\" was not written: \""
            + what
            + "\" is protected, because other programs run or trust what is there. Reading it is"
            + " allowed. If it must change, ask the user to change it.");
  }

  static ToolFailure inRepository(RelativePath path, RelativePath directory) {
    return new ToolFailure(
        "\""
            + path
            + "\" was not written: \""
            + directory
            + "\" has an entry HEAD, so it is taken for the inside of a Git repository, which is"
            + " protected. If it must change, ask the user to change it.");
  }

  static ToolFailure changed(RelativePath path, String version, String now) {
    return new ToolFailure(
        "\""
            + path
            + "\" was not written: it has changed since version "
            + Shown.name(Shown.cut(version, 40))
            + " was read, it is version "
            + now
            + " now. Read it again with read_file and use the version that it gives.");
  }

  static ToolFailure changedMeanwhile(RelativePath path) {
    return new ToolFailure(
        "\"" + path + "\" was not written: it changed during this call. Read it again.");
  }

  static ToolFailure readOnly(RelativePath path) {
    return new ToolFailure(
        "\"" + path + "\" was not written: its mode forbids everybody to write it.");
  }

  static ToolFailure tooLarge(RelativePath path, long size, long most) {
    return new ToolFailure(
        "\""
            + path
            + "\" was not written: it would be or is "
            + Shown.bytes(size)
            + ", the most that is written is "
            + Shown.bytes(most)
            + ".");
  }

  static ToolFailure tooSlow(RelativePath path) {
    return new ToolFailure("\"" + path + "\" was not written: the time was up before it was read.");
  }

  /** The failure for what the file system threw. */
  static ToolFailure of(RelativePath path, IOException e) {
    return e instanceof ClosedByInterruptException
        ? Unreadable.cancelled()
        : new ToolFailure("\"" + path + "\" was not written: " + Unreadable.reason(e) + ".", e);
  }
}
