package dev.millrace.tools.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalInt;

/** The tool {@code list_files}. */
record ListFiles(Root root, FileLimits limits) {
  private static final int DEFAULT_ENTRIES = 500;
  private static final String DESCRIPTION =
      """
      Lists what is in a directory, sorted by name, one entry a line: directories end in "/", files \
      have their size, links are named as links and never followed. The paths given are those that \
      the other file tools take. With recursive or glob it goes through all directories below, \
      except .git, .hg, .svn and node_modules, which are named but not entered. Notes about what \
      was left out follow in square brackets.\
      """;

  record Input(
      @Description("The directory, relative to the root, e.g. src/main; default: the root")
          Optional<String> path,
      @Description("List everything below, not only what is in it; default false")
          Optional<Boolean> recursive,
      @Description(
              "Only entries that match, at any depth: *.java matches names; with a slash it matches"
                  + " paths below the directory, e.g. src/**/*Test.java. Knows * ? ** [a-z] {a,b}")
          Optional<String> glob,
      @JsonProperty("max_entries") @Description("The most entries wanted; default 500")
          OptionalInt maxEntries) {}

  Tool tool() {
    return Tool.of("list_files", DESCRIPTION, Input.class, this::call)
        .with(ToolTraits.DEFAULT.readOnly());
  }

  String call(Input input, ToolContext context) throws ToolFailure {
    int most = Numbers.atLeast("max_entries", input.maxEntries().orElse(DEFAULT_ENTRIES), 1);
    var path = root.path(input.path().orElse(""));
    var glob = Glob.parse(input.glob());
    var budget = new Budget(limits, context.cancelSignal());
    var listing = new Listing(Math.min(most, limits.entries()), limits.resultCharacters());
    try (var directory = root.openDirectory(path)) {
      if (input.recursive().orElse(input.glob().isPresent())) {
        listTree(directory, path, glob, listing, budget);
      } else {
        listOne(directory, path, glob, listing, budget);
      }
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
    return listing.report(path, input.glob());
  }

  private void listTree(
      Directory directory, RelativePath path, Glob glob, Listing listing, Budget budget)
      throws ToolFailure {
    var walk =
        new TreeWalk(
            limits,
            budget,
            (parent, entry) -> {
              if (glob.matches(entry.below())) {
                listing.add(entry.path(), entry.attributes());
              }
            });
    walk.walk(directory, path);
    walk.remarks().forEach(listing::remark);
  }

  private static void listOne(
      Directory directory, RelativePath path, Glob glob, Listing listing, Budget budget)
      throws IOException, ToolFailure {
    var prefix = path.isRoot() ? "" : path + "/";
    var names =
        SortedNames.of(directory, listing.most(), name -> glob.matches(name.toString()), budget);
    for (var name : names.names()) {
      var shown = prefix + Shown.name(name.toString());
      try {
        listing.add(shown, directory.attributes(name));
      } catch (NoSuchFileException e) {
        // It was deleted after its name was read: then it is not there to be listed.
      }
    }
    listing.leaveOut(names.more());
    if (!names.isWhole()) {
      listing.remark("stopped at the limit of time, the rest was not looked at");
    }
  }

  /** What an entry is, after its path. */
  static String kind(BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      return "/";
    }
    if (attributes.isRegularFile()) {
      return "  " + Shown.bytes(attributes.size());
    }
    return attributes.isSymbolicLink() ? "  (link, not followed)" : "  (pipe, socket or device)";
  }
}
