package dev.millrace.examples.temporal;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.time.Duration;

/** The agent, and the script that plays its model where there is no key. */
final class Storyteller {
  static final String NAME = "storyteller";
  private static final Duration READABLE = Duration.ofMillis(70);
  private static final String BEGINNING =
      "The old mill had three wheels. Each turned by itself, and each could stand still without"
          + " the others noticing; for the flour did not care which of them had ground it. One night"
          + " in spring the river rose, and the first wheel broke with a sound like a shot. The"
          + " miller lit his lamp and went to see. Before he goes on, let me ask the river. ";
  private static final String END =
      "So the river was high, and stayed high for a week. The second wheel took up what the first"
          + " had let fall, grain by grain, from the place where it lay. In the morning the sacks"
          + " were full, and nobody could say from the bread which wheel had been lost.";

  private Storyteller() {}

  record Gauge(@Description("What to look at, such as a river.") String what) {}

  static AgentRunner runner(MessagesClient client, String model) {
    return AgentRunner.builder(client, model)
        .system("You tell stories about a mill. Ask the gauge about the river.")
        .tools(
            Tool.of(
                    "read_gauge",
                    "How high the water is.",
                    Gauge.class,
                    gauge -> gauge.what() + ": high, and rising")
                .with(ToolTraits.DEFAULT.readOnly()))
        .build();
  }

  static Reply scripted(RecordedRequest request) {
    var reply =
        request.toolResults().isEmpty()
            ? Reply.says(words(BEGINNING))
                .calls("gauge_" + request.turn(), "read_gauge", "{\"what\":\"the river\"}")
            : Reply.says(words(END));
    return reply.pace(READABLE);
  }

  private static String[] words(String text) {
    return text.split("(?<= )");
  }
}
