package dev.millrace.examples;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Run;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.time.Duration;

/**
 * What a service does: loads what was said, pulls a run's events in a loop of its own, stores what
 * was said then. The second answer is left when enough of it was read.
 */
public final class PullEvents {
  private static final int ENOUGH = 60;
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.message().says("I roll. ").calls("roll_die", "{\"sides\": 6}"),
          Reply.says("It is a four."),
          Reply.says("Once upon a time ".repeat(50).split("(?<= )", -1))
              .pace(Duration.ofMillis(20)));

  private final AgentRunner runner;
  private String stored = "[]";

  private PullEvents(AgentRunner runner) {
    this.runner = runner;
  }

  record Die(@Description("How many sides it has") int sides) {}

  public static void main(String[] args) {
    var die = Tool.of("roll_die", "Rolls a die.", Die.class, roll -> Math.min(4, roll.sides()));
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      var runner = AgentRunner.builder(endpoint.client(), endpoint.model()).tools(die).build();
      var service = new PullEvents(runner);
      service.answer("Roll a die for me.");
      service.answerInPart("Now tell me a long story about it.");
    }
  }

  private void answer(String question) {
    // region service
    var history = Transcript.load(stored).transcript().plus(Message.user(question));
    try (Run run = runner.start(history)) {
      for (AgentEvent event : run) {
        switch (event) {
          case AgentEvent.TextDelta(var text) -> send(text);
          case AgentEvent.ToolInputDelta delta ->
              showInput(delta.toolName(), delta.input().pointer());
          case AgentEvent.ToolStarted(var use) -> status("using " + use.name());
          case AgentEvent.TurnRetried retried -> discardWhatWasShownOfThisTurn();
          default -> {}
        }
      }
      store(run.result().transcript().json().text());
    } // leaving early closes the run, which cancels it
    // endregion
  }

  /** The connection is cut at once; what was said before stays sendable. */
  private void answerInPart(String question) {
    var history = Transcript.load(stored).transcript().plus(Message.user(question));
    int read = 0;
    try (Run run = runner.start(history)) {
      for (AgentEvent event : run) {
        if (event instanceof AgentEvent.TextDelta(var text)) {
          send(text);
          read += text.length();
          if (read >= ENOUGH) {
            break;
          }
        }
      }
      run.cancel();
      status(run.result().outcome() + " after " + read + " characters");
      store(run.result().transcript().json().text());
    }
  }

  private static void send(String text) {
    System.out.print(text);
  }

  private static void showInput(String tool, String pointer) {
    if (!pointer.isEmpty()) {
      System.out.print("[" + tool + " " + pointer + "]");
    }
  }

  private static void status(String text) {
    System.out.println("\n" + text);
  }

  private static void discardWhatWasShownOfThisTurn() {
    status("once more, from the start of this turn:");
  }

  private void store(String transcript) {
    stored = transcript;
    status("stored " + Transcript.load(transcript).transcript());
  }
}
