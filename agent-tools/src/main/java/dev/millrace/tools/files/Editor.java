package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.files.Workspace.Missing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The commands that the API's tools for text have in common, in the words that it gives for their
 * results. A path comes twice: as the model wrote it, for the words, and as it is below the root.
 * Within a call, a file that changes while it is edited is left as it is; what changed between
 * calls is not noticed, because these tools know no versions.
 */
record Editor(Workspace workspace) {
  private static final int DIFF_CHARACTERS = 4_000;
  private static final int LEVELS = 2;

  /**
   * Shows a file with line numbers, or what is in a directory.
   *
   * @param range the first and the last line, the last -1 for the end; empty for all
   */
  String view(String name, RelativePath path, Optional<List<Integer>> range, Budget budget)
      throws ToolFailure {
    return isDirectory(path)
        ? list(name, path, budget)
        : read(name, path, range.orElse(List.of()), budget);
  }

  private boolean isDirectory(RelativePath path) throws ToolFailure {
    if (path.isRoot()) {
      return true;
    }
    try (var parent = workspace.root().openDirectory(path.parent())) {
      return Root.attributes(parent, path).isDirectory();
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  private String list(String name, RelativePath path, Budget budget) throws ToolFailure {
    var limits = workspace.limits();
    var shallow =
        new FileLimits(
            limits.entries(),
            LEVELS,
            limits.time(),
            limits.fileBytes(),
            limits.lineCharacters(),
            limits.resultCharacters());
    var listing = new Listing(limits.entries(), limits.resultCharacters());
    var walk =
        new TreeWalk(
            shallow,
            budget,
            (parent, entry) -> {
              if (!isHidden(entry.below())) {
                listing.add(entry.path(), entry.attributes());
              }
            });
    try (var directory = workspace.root().openDirectory(path)) {
      walk.walk(directory, path);
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
    return "Here're the files and directories up to 2 levels deep in "
        + Shown.name(name)
        + ", excluding hidden items and node_modules:\n"
        + listing.report(path, Optional.empty());
  }

  private static boolean isHidden(String path) {
    return path.startsWith(".") || path.contains("/.") || path.endsWith("node_modules");
  }

  private String read(String name, RelativePath path, List<Integer> range, Budget budget)
      throws ToolFailure {
    var limits = workspace.limits();
    long from = 1;
    long most = Integer.MAX_VALUE;
    if (!range.isEmpty()) {
      from = range.getFirst();
      long last = range.getLast() == -1 ? Integer.MAX_VALUE : range.getLast();
      most = last - from + 1;
      if (range.size() != 2 || from < 1 || most < 1) {
        throw new ToolFailure(
            "Invalid `view_range` parameter: "
                + range
                + ". It should be two numbers, the first line from 1 and the last line, or -1 for"
                + " the end.");
      }
    }
    try (var file = workspace.root().openFile(path)) {
      var lines =
          new TextLines(file.channel(), limits.lineCharacters(), limits.fileBytes(), budget);
      if (lines.isBinary()) {
        throw Unreadable.binary(path, lines, file.size());
      }
      var part = new NumberedLines(from, most, limits);
      part.read(lines);
      if (part.isEmpty() && lines.count() > 0) {
        throw part.beyond(path, lines);
      }
      return "Here's the content of "
          + Shown.name(name)
          + " with line numbers:"
          + part.text()
          + part.notes(lines, "a view_range that begins at %d");
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  /** Makes a file that is not there yet. */
  String create(String name, RelativePath path, Optional<String> text, Budget budget)
      throws ToolFailure {
    var content = Utf8.bytes("file_text", Needed.text("file_text", text));
    refuseTooLarge(path, content.length);
    try (var place = workspace.open(path, Missing.MADE)) {
      if (place.read(workspace.limits(), budget).isPresent()) {
        throw new ToolFailure("Error: File " + Shown.name(name) + " already exists");
      }
      place.write(content, Optional.empty());
      workspace.wrote(path, Optional.empty(), content);
      return "File created successfully at: " + Shown.name(name);
    } catch (IOException e) {
      throw Unwritable.of(path, e);
    }
  }

  /** Puts one text in the place of another, which must be there exactly once. */
  String replace(
      String name,
      RelativePath path,
      Optional<String> oldString,
      Optional<String> newString,
      Budget budget)
      throws ToolFailure {
    var old = Needed.text("old_str", oldString);
    byte[] oldText = LineEnds.unix(Utf8.bytes("old_str", old));
    byte[] newText = LineEnds.unix(Utf8.bytes("new_str", newString.orElse("")));
    if (oldText.length == 0) {
      throw new ToolFailure("No replacement was performed, old_str is empty.");
    }
    return edit(
        name,
        path,
        budget,
        content -> {
          var occurrences = Occurrences.of(oldText, content);
          if (occurrences.count() == 1) {
            return occurrences.replacedBy(oldText, newText, content);
          }
          throw notOnce(name, old, occurrences, Similar.lineOf(oldText, content).isPresent());
        });
  }

  private static ToolFailure notOnce(
      String name, String old, Occurrences occurrences, boolean hasSimilar) {
    var shown = Shown.cut(old, 200);
    if (occurrences.count() > 1) {
      return new ToolFailure(
          "No replacement was performed. Multiple occurrences of old_str `"
              + shown
              + "` in lines: "
              + occurrences.lines()
              + ". Please ensure it is unique");
    }
    return new ToolFailure(
        "No replacement was performed, old_str `"
            + shown
            + "` did not appear verbatim in "
            + Shown.name(name)
            + "."
            + (hasSimilar ? " The same text is there with other spaces or line breaks." : ""));
  }

  /** Puts lines after a line, 0 for the beginning. */
  String insert(
      String name, RelativePath path, OptionalInt line, Optional<String> text, Budget budget)
      throws ToolFailure {
    byte[] bytes = LineEnds.unix(Utf8.bytes("insert_text", Needed.text("insert_text", text)));
    return edit(
        name, path, budget, content -> List.of(Insertion.after(line.orElse(-1), bytes, content)));
  }

  /** What is to be done to a content. */
  @FunctionalInterface
  private interface Change {
    List<Replacement> of(byte[] content) throws ToolFailure;
  }

  private String edit(String name, RelativePath path, Budget budget, Change change)
      throws ToolFailure {
    try (var place = workspace.open(path, Missing.REFUSED)) {
      var before =
          place
              .read(workspace.limits(), budget)
              .orElseThrow(
                  () -> new ToolFailure("The path " + Shown.name(name) + " does not exist."));
      var replacements = change.of(before.bytes());
      byte[] after =
          Replacement.apply(before.bytes(), replacements, path, workspace.limits().fileBytes());
      place.write(after, Optional.of(before));
      workspace.wrote(path, Optional.of(before), after);
      return "The file "
          + Shown.name(name)
          + " has been edited."
          + Diff.of(before.bytes(), replacements, DIFF_CHARACTERS);
    } catch (IOException e) {
      throw Unwritable.of(path, e);
    }
  }

  private void refuseTooLarge(RelativePath path, int size) throws ToolFailure {
    if (size > workspace.limits().fileBytes()) {
      throw Unwritable.tooLarge(path, size, workspace.limits().fileBytes());
    }
  }
}
