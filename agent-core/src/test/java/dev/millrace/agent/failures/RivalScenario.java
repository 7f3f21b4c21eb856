package dev.millrace.agent.failures;

import static dev.millrace.agent.failures.Events.calls;
import static dev.millrace.agent.failures.Events.says;
import static dev.millrace.agent.failures.Events.stream;
import static dev.millrace.agent.failures.Events.unnamed;

import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.client.IncompleteStreamException;
import dev.millrace.agent.client.OverloadedException;
import dev.millrace.agent.client.UnexpectedResponseException;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows of the README's table: what happens, what three clients make of it, and ours shown. */
@SuppressWarnings("ImmutableEnumChecker") // its functions are
enum RivalScenario {
  ENDS_EARLY(
      "the stream ends before `message_stop`",
      "ends normally",
      "no callback, ever",
      "asked for again, else a typed error; nothing of it is kept",
      play(Reply.calls("write", Inputs.OK).cutAfterEvent(4, Cut.FIN)),
      end -> end.failedWith(IncompleteStreamException.class)),
  MAX_TOKENS_CUTS_INPUT(
      "`max_tokens` cuts the input of a call",
      "tool runs with `{}`",
      "throws; call unanswered, next request is no JSON",
      "not run, answered \"cut off\", one more try",
      play(cut("max_tokens"), Reply.says("I see.")),
      end -> end.refusedAndWentOn("cut off by max_tokens")),
  MALFORMED_INPUT(
      "the input is no JSON, the stop reason `tool_use`",
      "tool runs with `{}`",
      "takes the same path as above",
      "not run, answered with what is wrong",
      play(cut("tool_use"), Reply.says("I see.")),
      end -> end.refusedAndWentOn("no valid JSON object")),
  OVERLOADED_IN_MID_STREAM(
      "`overloaded_error` in mid-stream",
      "an exception with status 200, not retried",
      "typed exception",
      "asked for again, else a typed error",
      play(Reply.says("Half ", "of it").errorEventAfter(3, "overloaded_error", "Overloaded")),
      end -> end.failedWith(OverloadedException.class)),
  NO_EVENT_LINES(
      "no `event:` lines, only `data:`",
      "no events, ends normally",
      "no callback, ever",
      "read like any other",
      play(stream(unnamed(calls(Inputs.OK))), stream(unnamed(says("Done.")))),
      RivalEnd::ranOnce),
  REPEATED_KEY(
      "a key stands twice in the input",
      "last one wins",
      "last one wins",
      "not run, answered with what is wrong",
      play(call("{\"path\":\"/safe\",\"path\":\"/etc/passwd\"}"), Reply.says("I see.")),
      end -> end.refusedAndWentOn("no valid JSON object")),
  TOOL_OVERFLOWS_THE_STACK(
      "a tool throws `StackOverflowError`",
      "escapes the loop; call unanswered",
      "answered as an error",
      "answered as an error",
      play(Reply.calls("overflows", Inputs.OK), Reply.says("I see.")),
      end -> end.failedCallAndWentOn("StackOverflowError")),
  ONE_ID_TWICE(
      "two calls of one message have the same id",
      "both run; sent back as they are",
      "both run; sent back as they are",
      "neither runs, both answered under ids of their own",
      play(
          Reply.calls("toolu_1", "write", Inputs.OK).calls("toolu_1", "write", Inputs.OK),
          Reply.says("I see.")),
      end -> end.refusedAndWentOn("same id")),
  LONE_SURROGATE(
      "half a surrogate pair in the input",
      "sent back; the API refuses every later turn",
      "sent back; the API refuses every later turn",
      "not run; never sent back",
      play(call("{\"path\":\"\\ud83d\"}"), Reply.says("I see.")),
      RivalEnd::refusedAndSentNoSurrogate),
  SAME_CALL_FOR_EVER(
      "the same call, for ever",
      "no limit (2^63 - 1 rounds, by its source)",
      "stops after 100 rounds",
      "ends by itself, as `LOOP_DETECTED`",
      play(Reply.calls("write", Inputs.OK)),
      RivalEnd::endedByItself),
  STATUS_200_WITHOUT_A_STREAM(
      "200 with a web page or a JSON error",
      "no events, ends normally",
      "no callback, ever",
      "typed error at once",
      elsewhere ->
          List.of(
              List.of(Reply.status(200, "text/html", "<h1>Log in</h1>")),
              List.of(Reply.error(200, "invalid_request_error", "No."))),
      end -> end.failedWith(ApiException.class)),
  REDIRECT(
      "a redirect to another host (301, 302, 303, 307, 308)",
      "followed, API key sent along",
      "not followed, error",
      "not followed, typed error, key not sent",
      elsewhere ->
          IntStream.of(301, 302, 303, 307, 308)
              .mapToObj(status -> List.of(redirect(status, elsewhere)))
              .toList(),
      end -> end.failedWith(UnexpectedResponseException.class));

  private final String server;
  private final String anthropicJava;
  private final String langchain4j;
  private final String millrace;
  private final Function<URI, List<List<Reply>>> plays;
  private final Consumer<RivalEnd> check;

  RivalScenario(
      String server,
      String anthropicJava,
      String langchain4j,
      String millrace,
      Function<URI, List<List<Reply>>> plays,
      Consumer<RivalEnd> check) {
    this.server = server;
    this.anthropicJava = anthropicJava;
    this.langchain4j = langchain4j;
    this.millrace = millrace;
    this.plays = plays;
    this.check = check;
  }

  /** What the server answers, one list a variant, its last reply for ever. */
  List<List<Reply>> plays(URI elsewhere) {
    return plays.apply(elsewhere);
  }

  void check(RivalEnd end) {
    check.accept(end);
  }

  /** The table as the README shows it. */
  static String table() {
    return Arrays.stream(values())
        .map(RivalScenario::row)
        .collect(
            Collectors.joining(
                "\n",
                """
                | scenario | anthropic-java 2.57.0 | LangChain4j 1.19.0 | Millrace |
                |---|---|---|---|
                """,
                "\n"));
  }

  private String row() {
    return "| " + String.join(" | ", server, anthropicJava, langchain4j, millrace) + " |";
  }

  private static Function<URI, List<List<Reply>>> play(Reply... replies) {
    return elsewhere -> List.of(List.of(replies));
  }

  private static Reply call(String input) {
    return Reply.message().callsInFragments("toolu_1", "write", input);
  }

  private static Reply cut(String stopReason) {
    return Reply.message().callsInFragments("toolu_1", "write", "{\"path\":\"a").stops(stopReason);
  }

  private static Reply redirect(int status, URI elsewhere) {
    return Reply.status(status, "text/plain", "").header("location", elsewhere + "/v1/messages");
  }

  /** Constants that an enum's own constants may use. */
  private static final class Inputs {
    static final String OK = "{\"path\":\"a\"}";
  }
}
