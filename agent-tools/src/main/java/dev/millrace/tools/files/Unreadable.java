package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** What the model is told of files that cannot be read; never a path outside the root. */
final class Unreadable {
  private Unreadable() {}

  static ToolFailure missing(RelativePath path) {
    return new ToolFailure(
        "There is no \""
            + path
            + "\": \""
            + path.parent()
            + "\" has no entry of that name. list_files with path \""
            + path.parent()
            + "\" shows what is there.");
  }

  static ToolFailure link(RelativePath path) {
    return new ToolFailure(
        "\"" + path + "\" is a symbolic link, and links are not followed. Name the file itself.");
  }

  static ToolFailure noDirectory(RelativePath path) {
    return new ToolFailure(
        "\"" + path + "\" is not a directory. If it is a file, read_file reads it.");
  }

  static ToolFailure directory(RelativePath path) {
    return new ToolFailure("\"" + path + "\" is a directory. list_files shows what is in it.");
  }

  static ToolFailure special(RelativePath path) {
    return new ToolFailure(
        "\"" + path + "\" is not a regular file (a pipe, socket or device), so it is not read.");
  }

  static ToolFailure binary(RelativePath path, TextLines lines, long size) {
    return new ToolFailure(
        "\""
            + path
            + "\" is "
            + lines.binaryKind()
            + " of "
            + Shown.bytes(size)
            + ", not UTF-8 text, so it is not shown.");
  }

  static ToolFailure cancelled() {
    return new ToolFailure("Cancelled before it was done.");
  }

  /** The failure for what the file system threw. */
  static ToolFailure of(RelativePath path, IOException e) {
    return e instanceof ClosedByInterruptException
        ? cancelled()
        : new ToolFailure("\"" + path + "\" could not be read: " + reason(e) + ".", e);
  }

  /** The reason alone: the messages of these exceptions hold paths. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "it is not there any more";
      case NotDirectoryException changed -> "it is no directory any more";
      case FileSystemException other -> orUnknown(other.getReason());
      default -> orUnknown(e.getMessage());
    };
  }

  private static String orUnknown(@Nullable String reason) {
    if (reason == null || reason.isBlank()) {
      return "the file system gave no reason";
    }
    return reason.startsWith("Too many levels of symbolic links")
        ? "it became a symbolic link while it was opened"
        : reason;
  }
}
