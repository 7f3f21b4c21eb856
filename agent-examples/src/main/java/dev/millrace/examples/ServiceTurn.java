package dev.millrace.examples;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Run;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.util.function.Consumer;

/**
 * One turn of a chat in a service: the conversation is a value that is loaded, run and stored. One
 * runner serves all conversations.
 */
public final class ServiceTurn {
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.says("Nice to ", "meet you, Ada."), Reply.says("You said it yourself: ", "Ada."));

  private ServiceTurn() {}

  public static void main(String[] args) {
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      var runner = AgentRunner.builder(endpoint.client(), endpoint.model()).build();
      var stored = answer(runner, "[]", "My name is Ada.", System.out::print);
      System.out.println();
      answer(runner, stored, "What is my name?", System.out::print);
      System.out.println();
    }
  }

  /**
   * Answers a question.
   *
   * @param stored the conversation so far, as this gave it back
   * @return the conversation with question and answer, to be stored
   */
  // tag::readme[]
  static String answer(AgentRunner runner, String stored, String question, Consumer<String> send) {
    var history = Transcript.load(stored).transcript().plus(Message.user(question));
    try (Run run = runner.start(history)) {
      for (AgentEvent event : run) {
        switch (event) {
          case AgentEvent.TextDelta(var text) -> send.accept(text);
          case AgentEvent.ToolStarted(var use) -> send.accept("[using " + use.name() + "]");
          case AgentEvent.TurnRetried retried -> send.accept("[starting over]");
          default -> {}
        }
      }
      return run.result().transcript().json().text();
    } // leaving early closes the run, which cancels it
  }
  // end::readme[]
}
