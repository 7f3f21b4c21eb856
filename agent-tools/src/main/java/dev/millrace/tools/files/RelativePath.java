package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path as the model wrote it: names below the root and nothing else, or refused.
 *
 * @param names each a single name, none of them {@code .} or {@code ..}; empty for the root
 */
record RelativePath(List<Path> names) {
  private static final int MAX_LENGTH = 4_096;
  private static final Pattern URL_OR_DRIVE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*");

  static RelativePath parse(String text, FileSystem fileSystem) throws ToolFailure {
    refuseForeign(text);
    var names = new ArrayList<Path>();
    for (var name : text.split("/", -1)) {
      if (name.equals("..")) {
        throw refused(text, "\"..\" is not allowed; give a path below the root");
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name(name, text, fileSystem));
      }
    }
    return new RelativePath(List.copyOf(names));
  }

  private static void refuseForeign(String text) throws ToolFailure {
    if (text.length() > MAX_LENGTH) {
      throw refused(text, "it is longer than " + Shown.number(MAX_LENGTH) + " characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw refused(text, "it holds a control character");
    }
    if (text.indexOf('\\') >= 0) {
      throw refused(text, "it holds a backslash; names are separated by \"/\"");
    }
    if (text.startsWith("/")) {
      throw refused(text, "it is absolute; give it relative to the root, as list_files shows it");
    }
    if (text.equals("~") || text.startsWith("~/")) {
      throw refused(text, "there is no home directory here; give it relative to the root");
    }
    if (URL_OR_DRIVE.matcher(text).matches()) {
      throw refused(text, "URLs and drives are not allowed; give it relative to the root");
    }
  }

  private static Path name(String name, String text, FileSystem fileSystem) throws ToolFailure {
    try {
      return fileSystem.getPath(name);
    } catch (InvalidPathException e) {
      throw refused(text, "this file system cannot have such a name: " + e.getReason());
    }
  }

  private static ToolFailure refused(String text, String reason) {
    return new ToolFailure("The path \"" + Shown.name(text) + "\" is refused: " + reason + ".");
  }

  boolean isRoot() {
    return names.isEmpty();
  }

  Path last() {
    return names.getLast();
  }

  RelativePath parent() {
    return first(names.size() - 1);
  }

  /** The first names of the path. */
  RelativePath first(int count) {
    return new RelativePath(names.subList(0, count));
  }

  /** The path for the model: {@code .} for the root, printable. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var name : names) {
      text.append(text.isEmpty() ? "" : "/").append(name);
    }
    return isRoot() ? "." : Shown.name(text.toString());
  }
}
