package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.files.Workspace.Missing;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;

/** Takes entries away, by handle; a link is taken away itself, and what it points to stays. */
record Removal(Workspace workspace) {
  /** Deletes a file, or a directory with all that is in it. */
  String delete(String name, RelativePath path, Budget budget) throws ToolFailure {
    if (path.isRoot()) {
      throw new ToolFailure("Nothing was deleted: " + Shown.name(name) + " itself must stay.");
    }
    try (var place = workspace.open(path, Missing.REFUSED)) {
      if (!place.directory().has(place.name())) {
        throw missing(name);
      }
      delete(place.directory(), place.name(), budget, 0);
      return "Successfully deleted " + Shown.name(name);
    } catch (IOException e) {
      throw new ToolFailure(
          Shown.name(name) + " was not deleted as a whole: " + Unreadable.reason(e) + ".", e);
    }
  }

  private void delete(Directory parent, Path name, Budget budget, int depth)
      throws IOException, ToolFailure {
    if (depth > workspace.limits().depth() || !budget.takeEntry()) {
      throw new FileSystemException(null, null, "it is too deep or has too many entries");
    }
    var seen = parent.attributes(name);
    if (!seen.isDirectory()) {
      parent.deleteFile(name);
      return;
    }
    try (var directory = parent.openDirectory(name, seen)) {
      var names = new ArrayList<Path>();
      directory.names().forEachRemaining(names::add);
      for (var child : names) {
        delete(directory, child.getFileName(), budget, depth + 1);
      }
    }
    parent.deleteDirectory(name);
  }

  /** Gives an entry another name, which nothing has yet. */
  String rename(String from, RelativePath fromPath, String to, RelativePath toPath)
      throws ToolFailure {
    if (fromPath.isRoot() || toPath.isRoot()) {
      throw new ToolFailure("Nothing was renamed: the directory itself must stay.");
    }
    try (var source = workspace.open(fromPath, Missing.REFUSED);
        var target = workspace.open(toPath, Missing.MADE)) {
      if (!source.directory().has(source.name())) {
        throw missing(from);
      }
      if (target.directory().has(target.name())) {
        throw new ToolFailure("Error: The destination " + Shown.name(to) + " already exists");
      }
      source.directory().move(source.name(), target.directory(), target.name());
      return "Successfully renamed " + Shown.name(from) + " to " + Shown.name(to);
    } catch (IOException e) {
      throw Unwritable.of(fromPath, e);
    }
  }

  private static ToolFailure missing(String name) {
    return new ToolFailure("Error: The path " + Shown.name(name) + " does not exist");
  }
}
