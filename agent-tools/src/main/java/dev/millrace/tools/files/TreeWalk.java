package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Goes through a tree in order, directories before what is in them, each held by its handle while
 * its children are looked at. Follows no links. For one walk.
 */
final class TreeWalk {
  /** Names in memory at once, so that 10^6 files in each of 60 directories do no harm. */
  private static final int MAX_HELD_NAMES = 50_000;

  private static final int LEAST_NAMES = 1_000;
  private static final int MAX_REMARKS = 5;
  private static final Set<String> SKIPPED = Set.of(".git", ".hg", ".svn", "node_modules");

  private final int maxDepth;
  private final Budget budget;
  private final Visitor visitor;
  private final List<String> skipped = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private final List<String> tooDeep = new ArrayList<>();
  private int heldNames;
  private long unseen;

  /** What is done with each entry. */
  @FunctionalInterface
  interface Visitor {
    void visit(Directory parent, Entry entry) throws ToolFailure;
  }

  /**
   * An entry of the tree.
   *
   * @param path from the root, for the model
   * @param below from where the walk began, for a glob
   */
  record Entry(Path name, String path, String below, BasicFileAttributes attributes) {}

  TreeWalk(FileLimits limits, Budget budget, Visitor visitor) {
    this.maxDepth = limits.depth();
    this.budget = budget;
    this.visitor = visitor;
  }

  /** Goes through what is in the directory, which stands at this path. */
  void walk(Directory directory, RelativePath path) throws ToolFailure {
    var prefix = path.isRoot() ? "" : path + "/";
    try {
      walk(directory, prefix, "", 1);
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  private void walk(Directory directory, String prefix, String below, int depth)
      throws IOException, ToolFailure {
    int most = Math.max(LEAST_NAMES, MAX_HELD_NAMES - heldNames);
    var names = SortedNames.of(directory, most, name -> true, budget);
    unseen += names.more();
    heldNames += names.names().size();
    for (var name : names.names()) {
      if (!budget.takeEntry()) {
        break;
      }
      var shown = Shown.name(name.toString());
      look(directory, name, prefix + shown, below + shown, depth);
    }
    heldNames -= names.names().size();
  }

  private void look(Directory directory, Path name, String path, String below, int depth)
      throws ToolFailure {
    try {
      var attributes = directory.attributes(name);
      visitor.visit(directory, new Entry(name, path, below, attributes));
      if (attributes.isDirectory()) {
        enter(directory, new Entry(name, path, below, attributes), depth);
      }
    } catch (NoSuchFileException e) {
      // It was deleted after its name was read: then it is not part of the tree.
    } catch (IOException e) {
      unreadable.add(path + " (" + Unreadable.reason(e) + ")");
    }
  }

  private void enter(Directory parent, Entry entry, int depth) throws IOException, ToolFailure {
    if (SKIPPED.contains(entry.name().toString())) {
      skipped.add(entry.path());
    } else if (depth == maxDepth) {
      tooDeep.add(entry.path());
    } else {
      try (var child = parent.openDirectory(entry.name(), entry.attributes())) {
        walk(child, entry.path() + "/", entry.below() + "/", depth + 1);
      }
    }
  }

  /** What of the tree was not looked at, a line each. */
  List<String> remarks() {
    var remarks = new ArrayList<String>();
    if (!skipped.isEmpty()) {
      remarks.add("not entered: " + some(skipped) + "; give one as path to see inside");
    }
    if (!tooDeep.isEmpty()) {
      remarks.add(
          "not entered, deeper than "
              + maxDepth
              + " levels: "
              + some(tooDeep)
              + "; give one as path to go on there");
    }
    if (!unreadable.isEmpty()) {
      remarks.add("could not be read: " + some(unreadable));
    }
    if (unseen > 0) {
      remarks.add(Shown.count(unseen, "entry", "entries") + " of huge directories not looked at");
    }
    if (budget.isSpent()) {
      remarks.add(
          "stopped at the limit of entries or time, the rest was not looked at; narrow it by path");
    }
    return remarks;
  }

  private static String some(List<String> paths) {
    var shown = String.join(", ", paths.subList(0, Math.min(paths.size(), MAX_REMARKS)));
    return paths.size() <= MAX_REMARKS
        ? shown
        : shown + " and " + Shown.number(paths.size() - MAX_REMARKS) + " more";
  }
}
