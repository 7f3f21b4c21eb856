package dev.millrace.tools.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.OptionalInt;

/** The tool {@code search_files}. */
record SearchFiles(Root root, FileLimits limits) {
  private static final int DEFAULT_MATCHES = 100;
  private static final String DESCRIPTION =
      """
      Searches text files line by line and gives each line that matches as path:line: text, sorted \
      by path. The pattern is a regular expression of Java, matched within one line; set literal to \
      search for a text as it stands. Goes through all directories below path, except .git, .hg, \
      .svn and node_modules; follows no links; passes over binary files. What was counted and what \
      was left out is said at the end in square brackets.\
      """;

  record Input(
      @Description("What to search for, e.g. class \\w+Tool") String pattern,
      @Description("The directory or file, relative to the root; default: the root")
          Optional<String> path,
      @Description(
              "Only files that match, at any depth: *.java matches names; with a slash it matches"
                  + " paths below the directory, e.g. src/**/*Test.java. Knows * ? ** [a-z] {a,b}")
          Optional<String> glob,
      @Description("The pattern is a plain text, no regular expression; default false")
          Optional<Boolean> literal,
      @JsonProperty("ignore_case") @Description("A and a are the same; default false")
          Optional<Boolean> ignoreCase,
      @JsonProperty("max_matches") @Description("The most lines wanted; default 100")
          OptionalInt maxMatches) {}

  Tool tool() {
    return Tool.of("search_files", DESCRIPTION, Input.class, this::call)
        .with(ToolTraits.DEFAULT.readOnly());
  }

  String call(Input input, ToolContext context) throws ToolFailure {
    int most = Numbers.atLeast("max_matches", input.maxMatches().orElse(DEFAULT_MATCHES), 1);
    var pattern =
        LinePattern.parse(
            input.pattern(), input.literal().orElse(false), input.ignoreCase().orElse(false));
    var glob = Glob.parse(input.glob());
    var path = root.path(input.path().orElse(""));
    var budget = new Budget(limits, context.cancelSignal());
    var search = new Search(pattern, limits, budget, new Matches(most, limits), context);
    if (isFile(path)) {
      searchFile(path, search);
    } else {
      searchTree(path, glob, search, budget);
    }
    return search.report();
  }

  private boolean isFile(RelativePath path) throws ToolFailure {
    if (path.isRoot()) {
      return false;
    }
    try (var parent = root.openDirectory(path.parent())) {
      return !Root.attributes(parent, path).isDirectory();
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  private void searchFile(RelativePath path, Search search) throws ToolFailure {
    try (var file = root.openFile(path)) {
      search.file(path.toString(), file.channel());
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }

  private void searchTree(RelativePath path, Glob glob, Search search, Budget budget)
      throws ToolFailure {
    var walk =
        new TreeWalk(
            limits,
            budget,
            (parent, entry) -> {
              if (entry.attributes().isRegularFile() && glob.matches(entry.below())) {
                searchEntry(parent, entry, search);
              }
            });
    try (var directory = root.openDirectory(path)) {
      walk.walk(directory, path);
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
    walk.remarks().forEach(search::remark);
  }

  private static void searchEntry(Directory parent, TreeWalk.Entry entry, Search search)
      throws ToolFailure {
    try (var channel = parent.openFile(entry.name(), entry.attributes())) {
      search.file(entry.path(), channel);
    } catch (NoSuchFileException e) {
      // It was deleted after its name was read: then it is not part of the tree.
    } catch (IOException e) {
      search.unreadable(entry.path(), e);
    }
  }
}
