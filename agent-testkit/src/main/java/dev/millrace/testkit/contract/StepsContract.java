package dev.millrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What an agent does is the same, however its steps are run: at once, with a journal, on an engine.
 * It is seen from the outside, by what the model is told. JUnit is an optional dependency.
 *
 * <p>Whoever extends it runs an agent with the {@link Tools}, whose names are those of the methods,
 * and whose inputs have one string, {@code text}.
 */
public abstract class StepsContract {
  /**
   * Runs the agent to its end.
   *
   * @param model where the Messages API is
   * @param prompt what the user says
   * @param tools what the agent's tools do
   */
  protected abstract Ended run(URI model, String prompt, Tools tools) throws Exception;

  /**
   * How a run ended.
   *
   * @param outcome its name, such as {@code COMPLETED}
   * @param text what the model said last
   */
  public record Ended(String outcome, String text) {}

  /** What the tools do. Thread-safe. */
  public static final class Tools {
    private final Map<String, Integer> effects = Collections.synchronizedMap(new TreeMap<>());

    /** Says the text; takes longer the shorter it is. May be called again. */
    public String echo(String text) throws InterruptedException {
      Thread.sleep(Math.max(0, 60 - 10L * text.length()));
      return text;
    }

    /** Has an effect that must not be had twice. */
    public String once(String text) {
      effects.merge(text, 1, Integer::sum);
      return "did " + text;
    }

    /** Fails. */
    public String fail(String text) {
      throw new IllegalArgumentException("no " + text);
    }

    /** Says very much. */
    public String much(String text) {
      return text.repeat(3_000_000);
    }

    Map<String, Integer> effects() {
      return effects;
    }
  }

  private static String input(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private static List<String> results(RecordedRequest request) {
    return request.toolResults().stream().map(RecordedRequest.ToolResult::text).toList();
  }

  @Test
  void resultsStandInTheOrderOfTheirCalls() throws Exception {
    var script =
        Script.of(
                Reply.says("I ask.")
                    .calls("a", "echo", input("x"))
                    .calls("b", "echo", input("xxx"))
                    .calls("c", "fail", input("luck"))
                    .calls("d", "echo", input("xxxxx")))
            .then(Reply.says("Done."));
    try (var server = MessagesServer.start(script)) {
      assertEquals(new Ended("COMPLETED", "Done."), run(server.baseUri(), "Go.", new Tools()));
      var told = server.requests().get(1).toolResults();
      assertEquals(
          List.of("a", "b", "c", "d"),
          told.stream().map(RecordedRequest.ToolResult::toolUseId).toList());
      assertEquals(List.of("x", "xxx"), results(server.requests().get(1)).subList(0, 2));
      assertTrue(told.get(2).isError() && told.get(2).text().contains("no luck"), "fails");
      server.verify();
    }
  }

  @Test
  void whatCannotRunIsToldAndTheRestRuns() throws Exception {
    var script =
        Script.of(
                Reply.calls("a", "nothing", input("x"))
                    .calls("b", "once", "{\"text\":7}")
                    .calls("c", "once", input("it")))
            .then(Reply.says("Done."));
    var tools = new Tools();
    try (var server = MessagesServer.start(script)) {
      run(server.baseUri(), "Go.", tools);
      var told = results(server.requests().get(1));
      assertTrue(told.get(0).contains("no tool named \"nothing\""), told.get(0));
      assertTrue(told.get(1).contains("/text"), told.get(1));
      assertEquals("did it", told.get(2));
      assertEquals(Map.of("it", 1), tools.effects());
      server.verify();
    }
  }

  @Test
  void theCallsOfACutMessageDoNotRun() throws Exception {
    var script =
        Script.of(Reply.calls("a", "once", input("it")).stops("max_tokens"))
            .then(Reply.says("Done."));
    var tools = new Tools();
    try (var server = MessagesServer.start(script)) {
      assertEquals("COMPLETED", run(server.baseUri(), "Go.", tools).outcome());
      assertTrue(results(server.requests().get(1)).getFirst().startsWith("Not run"), "cut");
      assertEquals(Map.of(), tools.effects());
      server.verify();
    }
  }

  @Test
  void aCallHasItsEffectOnceInEachTurn() throws Exception {
    var script =
        Script.of(Reply.calls("a", "once", input("one")))
            .then(Reply.calls("b", "once", input("two")))
            .then(Reply.calls("c", "once", input("three")))
            .then(Reply.says("Done."));
    var tools = new Tools();
    try (var server = MessagesServer.start(script)) {
      run(server.baseUri(), "Go.", tools);
      assertEquals(Map.of("one", 1, "two", 1, "three", 1), tools.effects());
      server.verify();
    }
  }

  @Test
  void eachRequestBeginsWithTheOneBefore() throws Exception {
    var script =
        Script.of(Reply.says("One.").calls("a", "echo", input("x")))
            .then(Reply.says("Two.").calls("b", "echo", input("y")))
            .then(Reply.says("Done."));
    try (var server = MessagesServer.start(script)) {
      run(server.baseUri(), "Go.", new Tools());
      var requests = server.requests();
      for (int i = 1; i < requests.size(); i++) {
        var before = requests.get(i - 1).body().get("messages").toString();
        var now = requests.get(i).body().get("messages").toString();
        assertTrue(now.startsWith(before.substring(0, before.length() - 1)), now);
      }
      server.verify();
    }
  }

  @Test
  void aResultThatIsTooLongIsCutAndTheRunGoesOn() throws Exception {
    var script = Script.of(Reply.calls("a", "much", input("x"))).then(Reply.says("Done."));
    try (var server = MessagesServer.start(script)) {
      assertEquals("COMPLETED", run(server.baseUri(), "Go.", new Tools()).outcome());
      assertTrue(results(server.requests().get(1)).getFirst().length() < 1_000_000, "cut");
      server.verify();
    }
  }

  @Test
  void aModelThatGoesInCirclesIsStopped() throws Exception {
    try (var server =
        MessagesServer.start(
            request -> Reply.calls("call_" + request.turn(), "echo", input("again")))) {
      assertEquals("LOOP_DETECTED", run(server.baseUri(), "Go.", new Tools()).outcome());
    }
  }

  @Test
  void aRefusalEndsTheRun() throws Exception {
    var script = Script.of(Reply.message().refuses("cyber", "no"));
    try (var server = MessagesServer.start(script)) {
      assertEquals("REFUSED", run(server.baseUri(), "Go.", new Tools()).outcome());
      server.verify();
    }
  }
}
