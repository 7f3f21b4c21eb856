package dev.millrace.examples.scripted;

import dev.millrace.examples.scripted.Talk.Look;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Mends the first misspelling that is found in a folder, and looks whether it is gone. */
record Mending(Talk talk) {
  private static final int MOST_READ = 8;
  private static final Map<String, String> WORDS =
      Map.of(
          "wrold", "world",
          "teh", "the",
          "recieve", "receive",
          "adn", "and",
          "seperate", "separate",
          "occured", "occurred");
  private static final Pattern WRONG =
      Pattern.compile("\\b(" + String.join("|", WORDS.keySet()) + ")\\b");
  private static final Pattern NUMBERED = Pattern.compile("\\s*\\d+\\t(.*)");
  private static final List<String> STEPS =
      List.of("Look for misspellings", "Mend the first one", "Check that it is gone");

  /** A line with a misspelling, in a file that was read. */
  private record Found(Look read, String line) {
    String mended() {
      return WRONG.matcher(line).replaceAll(wrong -> WORDS.getOrDefault(wrong.group(), ""));
    }

    /** The word as it should be. */
    String word() {
      var wrong = WRONG.matcher(line);
      return wrong.find() ? WORDS.getOrDefault(wrong.group(), "") : "";
    }
  }

  MessageReply next() {
    var listed = talk.look("list_files");
    if (listed.isEmpty()) {
      return plan(Reply.says(Deltas.of("I will look for misspelled words.")), 0)
          .calls("list_files", "{\"path\": \".\", \"recursive\": true}");
    }
    if (talk.look("read_file").isEmpty()) {
      return read(Folder.of(listed.get().result()));
    }
    var found = found();
    if (found.isEmpty()) {
      return ChatModel.says("I found no word that I know to be misspelled.");
    }
    return mend(found.get());
  }

  private static MessageReply read(Folder folder) {
    var texts =
        folder.files().stream()
            .filter(file -> file.bytes() < 100_000 && !Folder.isMade(file.path()))
            .map(Folder.File::path)
            .filter(path -> path.matches(".*\\.(md|txt|sh|py|java|js|html|adoc|rst)|.*/?[A-Z]+"))
            .limit(MOST_READ)
            .toList();
    if (texts.isEmpty()) {
      return ChatModel.says("There is no text file in this folder.");
    }
    var reply = Reply.says(Deltas.of("I read what is text."));
    for (var path : texts) {
      reply = reply.calls("read_file", "{\"path\": %s}".formatted(Json.quote(path)));
    }
    return reply;
  }

  private Optional<Found> found() {
    return talk.looks("read_file").stream().flatMap(Mending::wrongLines).findFirst();
  }

  private static Stream<Found> wrongLines(Look read) {
    return read.result()
        .lines()
        .skip(1)
        .map(NUMBERED::matcher)
        .filter(line -> line.matches() && WRONG.matcher(line.group(1)).find())
        .map(line -> new Found(read, line.group(1)));
  }

  private MessageReply mend(Found found) {
    var path = found.read().path();
    if (talk.look("edit_file").isEmpty()) {
      var why = "In %s a word is misspelled; I mend the line.".formatted(path);
      var reply = plan(Reply.says(Deltas.of(why)), 1);
      return new Replacing(path, found.line(), found.mended()).edit(reply, found.read().result());
    }
    if (talk.offers(ChatModel.RUN_TOOL) && talk.look(ChatModel.RUN_TOOL).isEmpty()) {
      return plan(Reply.says(Deltas.of("Mended. I check it in the sandbox.")), 2)
          .calls(
              ChatModel.RUN_TOOL,
              "{\"command\": %s}".formatted(Json.quote(check(path, found.word()))));
    }
    var out = talk.look(ChatModel.RUN_TOOL).map(Look::result).orElse("");
    return talk.looks("todo_write").size() == 3
        ? plan(Reply.says(Deltas.of("The command says:\n\n" + out + "\n\n")), 3)
        : ChatModel.says("%s is mended.".formatted(path));
  }

  private static String check(String path, String word) {
    var quoted = "'" + path.replace("'", "'\\''") + "'";
    return path.endsWith(".sh")
        ? "sh " + quoted + " && grep -c " + word + " " + quoted
        : "grep -n " + word + " " + quoted;
  }

  /** Adds the plan, with so many of its steps done, when there is a tool for plans. */
  private MessageReply plan(MessageReply reply, int done) {
    if (!talk.offers("todo_write")) {
      return reply;
    }
    var items =
        Stream.iterate(0, i -> i < STEPS.size(), i -> i + 1)
            .map(i ->
                "{\"content\": %s, \"status\": \"%s\"}"
                    .formatted(
                        Json.quote(STEPS.get(i)),
                        i < done ? "completed" : i == done ? "in_progress" : "pending"))
            .collect(Collectors.joining(", ", "[", "]"));
    return reply.calls("todo_write", "{\"items\": " + items + "}");
  }
}
