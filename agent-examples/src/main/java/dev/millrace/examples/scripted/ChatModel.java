package dev.millrace.examples.scripted;

import dev.millrace.examples.scripted.Talk.Look;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Responder;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Plays a model that works in a folder: it mends spelling, replaces text and runs commands, by the
 * tools alone. Like {@link FolderModel} it knows nothing but the requests that it is sent.
 * Thread-safe.
 */
public final class ChatModel implements Responder {
  /** What the program adds to what the user says. */
  private static final Pattern NOTES = Pattern.compile("(?s)^(\\[.*?\\]\\s+)+");

  private static final Pattern REPLACE =
      Pattern.compile(
          "(?si)\\s*replace\\s+\"(.+)\"\\s+(?:with|by)\\s+\"(.*)\"\\s+in\\s+(\\S+)\\s*");
  private static final Pattern RUN = Pattern.compile("(?si)\\s*run\\s+(.+)");
  private static final Pattern MEND =
      Pattern.compile("(?si).*\\b(mend|fix|correct|spelling|typos?)\\b.*");
  private static final Pattern ASK = Pattern.compile("(?si)\\s*ask\\s+me\\b.*");
  private static final Pattern SUMMARY = Pattern.compile("(?s)Summarise this conversation.*");
  static final String RUN_TOOL = "run_command";

  private final Duration pace;

  /** A model that pauses so long after each piece; zero for not at all. */
  public ChatModel(Duration pace) {
    this.pace = pace;
  }

  @Override
  public Reply reply(RecordedRequest request) {
    var reply = answer(Talk.of(request));
    return pace.isZero() ? reply : reply.pace(pace);
  }

  private static MessageReply answer(Talk talk) {
    var prompt = NOTES.matcher(talk.prompt()).replaceFirst("");
    var failed = talk.looks().stream().filter(Look::isError).findFirst();
    if (failed.isPresent()) {
      return says("That did not work, so I leave it: " + firstLine(failed.get().result()));
    }
    var replace = REPLACE.matcher(prompt);
    if (replace.matches()) {
      return new Replacing(replace.group(3), replace.group(1), replace.group(2)).next(talk);
    }
    var run = RUN.matcher(prompt);
    if (run.matches() && talk.offers(RUN_TOOL)) {
      return run(talk, run.group(1));
    }
    if (ASK.matcher(prompt).matches() && talk.offers("ask_user")) {
      return ask(talk);
    }
    if (SUMMARY.matcher(prompt).matches()) {
      return says("We looked at the folder and did what was asked. Nothing is left to do.");
    }
    return MEND.matcher(prompt).matches() ? new Mending(talk).next() : says(help(talk));
  }

  private static MessageReply run(Talk talk, String command) {
    if (talk.looks().isEmpty()) {
      return Reply.says(Deltas.of("I run it in the sandbox."))
          .calls(RUN_TOOL, "{\"command\": %s}".formatted(Json.quote(command.strip())));
    }
    return says("This is what came out:\n\n" + talk.looks().getLast().result());
  }

  private static MessageReply ask(Talk talk) {
    if (talk.looks().isEmpty()) {
      return Reply.says(Deltas.of("One thing I have to know."))
          .calls(
              "ask_user",
              "{\"question\": \"Which colour shall it be?\", \"options\": [\"blue\", \"green\"]}");
    }
    return says("Then it is " + talk.looks().getLast().result().strip() + ".");
  }

  private static String help(Talk talk) {
    var can =
        List.of(
            "fix the spelling in this folder",
            "replace \"this\" with \"that\" in FILE",
            talk.offers(RUN_TOOL) ? "run COMMAND" : "(no sandbox, so no commands)",
            "ask me something");
    return "I am a script, not a language model. What I can do, by real tools:\n\n- "
        + String.join("\n- ", can);
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  static MessageReply says(String text) {
    return Reply.says(Deltas.of(text));
  }
}
