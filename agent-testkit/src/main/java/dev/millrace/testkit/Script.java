package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The answers to a conversation, in order, each with what must have been asked.
 *
 * <pre>{@code
 * Script.of(Reply.calls("get_weather", "{\"city\":\"Oslo\"}"))
 *     .expectToolResult("get_weather", result -> result.text().contains("rain"))
 *     .then(Reply.says("Take an umbrella."))
 * }</pre>
 *
 * <p>A request that is not expected, or that comes after the last step, is answered with an error
 * and makes {@link MessagesServer#verify()} fail; so do steps that are never reached. Scripts are
 * immutable; each server starts from the first step.
 */
public final class Script {
  private final List<Step> steps;
  private final List<Expectation> pending;

  private Script(List<Step> steps, List<Expectation> pending) {
    this.steps = steps;
    this.pending = pending;
  }

  /** A condition on a request; it is described as "a request that ...". */
  record Expectation(String description, Predicate<RecordedRequest> holds) {}

  /** One answer, and what must have been asked for it. */
  record Step(List<Expectation> expectations, Responder responder) {}

  /** A script of answers to any requests. */
  public static Script of(Reply... replies) {
    var script = new Script(List.of(), List.of());
    for (Reply reply : replies) {
      script = script.then(reply);
    }
    return script;
  }

  /** Expects of the next request that the last user text in it contains this. */
  public Script expectUserText(String part) {
    return expect("has '" + part + "' in its last user text", r -> r.lastUserText().contains(part));
  }

  /** Expects of the next request that it brings a result, such as this, of the tool or call. */
  public Script expectToolResult(
      String toolNameOrId, Predicate<RecordedRequest.ToolResult> condition) {
    return expect(
        "brings the expected result of " + toolNameOrId,
        request ->
            request.toolResults().stream()
                .filter(result ->
                    result.toolName().equals(toolNameOrId)
                        || result.toolUseId().equals(toolNameOrId))
                .anyMatch(condition));
  }

  /** Expects anything of the next request; the description completes "a request that ...". */
  public Script expect(String description, Predicate<RecordedRequest> condition) {
    return new Script(steps, plus(pending, new Expectation(description, condition)));
  }

  /** Answers the next request with this. */
  public Script then(Reply reply) {
    return thenAnswer(request -> reply);
  }

  /** Answers the next request with what is computed from it. */
  public Script thenAnswer(Responder responder) {
    return new Script(plus(steps, new Step(pending, responder)), List.of());
  }

  /** Answers the next requests with these, one each. */
  public Script then(Reply first, Reply... more) {
    var script = then(first);
    for (Reply reply : more) {
      script = script.then(reply);
    }
    return script;
  }

  /** Returns the steps. */
  List<Step> steps() {
    if (!pending.isEmpty()) {
      throw new IllegalStateException(
          "the script ends with an expectation (a request that %s) without a reply: add then(...)"
              .formatted(pending.getLast().description()));
    }
    return steps;
  }

  private static <T> List<T> plus(List<T> list, T last) {
    var more = new ArrayList<>(list);
    more.add(last);
    return List.copyOf(more);
  }
}
