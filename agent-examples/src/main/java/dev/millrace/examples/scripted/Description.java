package dev.millrace.examples.scripted;

import dev.millrace.examples.scripted.Talk.Look;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** What a folder is, made of nothing but what the tools told about it. */
final class Description {
  private static final int MOST_LANGUAGES = 6;
  private static final int MOST_STARTS = 5;
  private static final int MOST_NAMED = 12;

  private final Talk talk;
  private final Folder tree;
  private final Optional<Readme> readme;
  private final List<Manifest> manifests;

  Description(Talk talk, Folder tree) {
    this.talk = talk;
    this.tree = tree;
    var read = FolderModel.read(talk);
    this.readme =
        read.stream()
            .filter(look -> FolderModel.isReadme(look.path()))
            .map(look -> Readme.of(FileText.lines(look.result())))
            .findFirst();
    this.manifests =
        read.stream()
            .filter(look -> Manifest.isKnown(look.path()))
            .map(look -> Manifest.of(look.path(), FileText.of(look.result())))
            .toList();
  }

  String text() {
    var failed = talk.look("list_files").filter(Look::isError);
    if (failed.isPresent()) {
      return "I could not list the folder: " + failed.get().result();
    }
    if (tree.entries() == 0) {
      return "The folder is empty: there is nothing to describe.";
    }
    var parts = new ArrayList<String>();
    parts.add(what());
    readme
        .map(Readme::paragraph)
        .filter(said -> !said.isEmpty())
        .ifPresent(said -> parts.add("The README says: \"" + said + "\""));
    parts.add(contents());
    languages().ifPresent(parts::add);
    modules().ifPresent(parts::add);
    starts().ifPresent(parts::add);
    parts.add(unseen());
    return String.join("\n\n", parts) + "\n";
  }

  private String what() {
    var kinds = manifests.stream().map(Manifest::kind).distinct().collect(joined());
    var description = firstOf(Manifest::description);
    var name = name();
    return (name.isEmpty() ? "This folder" : name)
        + (kinds.isEmpty() ? " has no build file that I know" : " is " + kinds)
        + (description.isEmpty() ? "." : ": " + description.replaceFirst("\\.?$", "."));
  }

  private String name() {
    var title = readme.map(Readme::title).orElse("");
    return title.isEmpty() ? firstOf(Manifest::name) : title;
  }

  private String firstOf(Function<Manifest, String> member) {
    return manifests.stream().map(member).filter(text -> !text.isEmpty()).findFirst().orElse("");
  }

  private String contents() {
    var counts =
        "%s in %s, %s"
            .formatted(
                counted(tree.files().size(), "file"),
                counted(tree.folders().size(), "folder"),
                size(tree.bytes()));
    return tree.isWhole()
        ? "I found " + counts + "."
        : "I found %,d entries; those that I was shown are %s.".formatted(tree.entries(), counts);
  }

  private static String counted(int count, String what) {
    return "%,d %s%s".formatted(count, what, count == 1 ? "" : "s");
  }

  private static String size(long bytes) {
    if (bytes < 1_024) {
      return bytes + " bytes";
    }
    double kib = bytes / 1_024.0;
    return kib < 1_024
        ? String.format(Locale.ROOT, "%.1f KiB", kib)
        : String.format(Locale.ROOT, "%,.1f MiB", kib / 1_024);
  }

  private Optional<String> languages() {
    var counts = Languages.count(tree.sources());
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    var named =
        counts.entrySet().stream()
            .limit(MOST_LANGUAGES)
            .map(count -> "%s (%,d)".formatted(count.getKey(), count.getValue()))
            .collect(joined());
    int more = counts.size() - MOST_LANGUAGES;
    return Optional.of(
        "By the names of its files it is written in "
            + named
            + (more > 0 ? " and " + more + " more" : "")
            + ".");
  }

  private Optional<String> modules() {
    var modules = manifests.stream().flatMap(manifest -> manifest.modules().stream()).toList();
    if (!modules.isEmpty()) {
      return Optional.of(
          "It has " + counted(modules.size(), "module") + ": " + some(modules) + ".");
    }
    var folders =
        tree.folders().stream()
            .filter(path -> !path.contains("/") && !Folder.isMade(path))
            .toList();
    return folders.isEmpty()
        ? Optional.empty()
        : Optional.of("Its folders are " + some(folders) + ".");
  }

  private Optional<String> starts() {
    var found =
        talk
            .look("search_files")
            .filter(look -> !look.isError())
            .map(look -> FoundLines.files(look.result()))
            .orElse(List.of())
            .stream()
            .sorted(Comparator.comparing(Description::isOfTests))
            .toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "It begins in "
                + found.stream().limit(MOST_STARTS).collect(joined())
                + (found.size() > MOST_STARTS
                    ? " and " + (found.size() - MOST_STARTS) + " more files"
                    : "")
                + ".");
  }

  private static boolean isOfTests(String path) {
    return path.matches("(?i)(.*/)?tests?/.*");
  }

  private String unseen() {
    var read = FolderModel.read(talk).stream().map(Look::path).collect(joined());
    var listed = talk.looks("list_files").stream().map(Look::path).toList();
    var unlisted =
        tree.folders().stream()
            .filter(path -> !path.contains("/") && !listed.contains(path))
            .toList();
    return (read.isEmpty() ? "I read no file of it." : "I read " + read + " and no other file.")
        + (unlisted.isEmpty() ? "" : " I did not look into " + some(unlisted) + ".");
  }

  private static String some(List<String> names) {
    int more = names.size() - MOST_NAMED;
    return names.stream().limit(MOST_NAMED).collect(joined())
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }
}
