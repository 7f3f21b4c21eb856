package dev.millrace.examples.scripted;

import dev.millrace.examples.scripted.Talk.Look;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Responder;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Plays a model that describes a folder: it lists it, reads what matters, searches where it begins,
 * and tells what came out. It knows nothing but the requests that it is sent, so all that it says
 * was told by the tools. Thread-safe.
 */
public final class FolderModel implements Responder {
  private static final int MOST_READ = 5;
  private static final int MOST_LISTED = 1_000;
  private static final int MOST_FOLDERS = 8;
  private static final String LIST = "list_files";
  private static final String READ = "read_file";
  private static final String SEARCH = "search_files";

  private final Duration pace;

  /** A model that pauses so long after each piece; zero for not at all. */
  public FolderModel(Duration pace) {
    this.pace = pace;
  }

  @Override
  public Reply reply(RecordedRequest request) {
    var reply = answer(Talk.of(request));
    return pace.isZero() ? reply : reply.pace(pace);
  }

  private static MessageReply answer(Talk talk) {
    if (!talk.offers(LIST) || !talk.offers(READ)) {
      return says(
          "I am a script, not a language model. All I can do is describe a folder, and without"
              + " tools I cannot look at one.");
    }
    var first = talk.look(LIST);
    if (first.isEmpty()) {
      return lookFirst(talk);
    }
    var root = Folder.of(first.get().result());
    if (talk.looks().size() == 1 && root.entries() > 0) {
      var closer = lookCloser(root);
      if (closer.isPresent()) {
        return closer.get();
      }
    }
    var tree = seen(talk);
    var start = EntryPoint.of(language(tree));
    if (talk.look(SEARCH).isEmpty() && talk.offers(SEARCH) && start.isPresent()) {
      return search(start.get());
    }
    return Reply.thinks(Deltas.of("I have seen what I wanted to see; now I put it together."))
        .says(Deltas.of(new Description(talk, tree).text()));
  }

  /** All that was listed. */
  private static Folder seen(Talk talk) {
    return talk.looks(LIST).stream()
        .map(look -> Folder.of(look.isError() ? "" : look.result()))
        .reduce(Folder::plus)
        .orElseThrow();
  }

  private static MessageReply lookFirst(Talk talk) {
    var plan =
        Deltas.of("They want a description, so I look at what is there before I say a word.");
    var preface =
        isDescription(talk.prompt())
            ? "I will look at the folder first."
            : "I am a script, not a language model: I cannot answer that. The one thing I can do"
                + " is to describe this folder, so that is what I will do.";
    return Reply.thinks(plan).says(Deltas.of(preface)).calls(LIST, "{\"path\": \".\"}");
  }

  private static boolean isDescription(String prompt) {
    var words = prompt.toLowerCase(Locale.ROOT);
    return words.contains("describe") && words.matches("(?s).*\\b(project|folder|repo|director).*");
  }

  /** Reads and lists what matters, all at once; empty when nothing does. */
  private static Optional<MessageReply> lookCloser(Folder root) {
    var files = keyFiles(root);
    var folders = folders(root);
    if (files.isEmpty() && folders.isEmpty()) {
      return Optional.empty();
    }
    var plan = files.isEmpty() ? "I will list what is below." : "I will read what tells most.";
    var reply = Reply.says(Deltas.of(plan));
    for (var file : files) {
      reply = reply.calls(READ, "{\"path\": %s, \"max_lines\": 400}".formatted(Json.quote(file)));
    }
    for (var folder : folders) {
      reply =
          reply.calls(
              LIST,
              "{\"path\": %s, \"recursive\": true, \"max_entries\": %d}"
                  .formatted(Json.quote(folder), MOST_LISTED));
    }
    return Optional.of(reply);
  }

  private static List<String> folders(Folder root) {
    return root.folders().stream()
        .filter(Predicate.not(Folder::isMade))
        .limit(MOST_FOLDERS)
        .toList();
  }

  /** READMEs and what build tools read, the former first. */
  private static List<String> keyFiles(Folder root) {
    return root.files().stream()
        .map(Folder.File::path)
        .filter(name -> isReadme(name) || Manifest.isKnown(name))
        .sorted(Comparator.comparing(name -> !isReadme(name)))
        .limit(MOST_READ)
        .toList();
  }

  static boolean isReadme(String name) {
    return name.toLowerCase(Locale.ROOT).matches("readme(\\.(md|markdown|txt|rst|adoc|org))?");
  }

  private static String language(Folder tree) {
    return Languages.count(tree.sources()).keySet().stream()
        .filter(language -> EntryPoint.of(language).isPresent())
        .findFirst()
        .orElse("");
  }

  private static MessageReply search(EntryPoint start) {
    return Reply.says(Deltas.of("Now I look for where it begins."))
        .calls(
            SEARCH,
            "{\"pattern\": %s, \"glob\": %s}"
                .formatted(Json.quote(start.pattern()), Json.quote(start.glob())));
  }

  private static MessageReply says(String text) {
    return Reply.says(Deltas.of(text));
  }

  /** The files that were read, in the order in which they were asked for. */
  static List<Look> read(Talk talk) {
    return talk.looks(READ).stream().filter(look -> !look.isError()).toList();
  }
}
