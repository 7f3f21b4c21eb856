package dev.millrace.examples;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Run;
import dev.millrace.agent.message.Transcript;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.time.Duration;

/**
 * A run whose events are pulled by a loop of ours, and which is cancelled when we have read enough.
 * The connection is cut at once; what was said before stays sendable.
 */
public final class PullEvents {
  private static final int ENOUGH = 60;
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.says("Once upon a time ".repeat(50).split("(?<= )")).pace(Duration.ofMillis(20)));

  private PullEvents() {}

  public static void main(String[] args) {
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      var runner = AgentRunner.builder(endpoint.client(), endpoint.model()).build();
      int read = 0;
      try (Run run = runner.start(Transcript.of("Tell me a long story."))) {
        for (AgentEvent event : run) {
          if (event instanceof AgentEvent.TextDelta delta) {
            System.out.print(delta.text());
            read += delta.text().length();
            if (read >= ENOUGH) {
              break;
            }
          }
        }
        run.cancel();
        var result = run.result();
        System.out.println("\n" + result.outcome() + " after " + read + " characters");
        System.out.println(result.transcript());
      }
    }
  }
}
