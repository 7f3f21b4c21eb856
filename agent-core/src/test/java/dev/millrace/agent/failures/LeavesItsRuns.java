package dev.millrace.agent.failures;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.message.Transcript;
import java.net.URI;

/** A program that looks at the beginning of two runs, then forgets them and its client. */
final class LeavesItsRuns {
  private LeavesItsRuns() {}

  public static void main(String[] args) {
    var client = HttpMessagesClient.builder().apiKey("key").baseUri(URI.create(args[0])).build();
    for (int i = 0; i < 2; i++) {
      var run = AgentRunner.builder(client, "m").build().start(Transcript.of("Count."));
      for (var event : run) {
        if (event instanceof AgentEvent.TextDelta) {
          break;
        }
      }
    }
    System.out.println("left");
  }
}
