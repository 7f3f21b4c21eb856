package dev.millrace.temporal;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.contract.StepsContract;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Steps that are activities. */
class TemporalStepsTest extends StepsContract {
  record Text(String text) {}

  @Override
  protected Ended run(URI model, String prompt, Tools tools) throws Exception {
    try (var engine = Engine.start();
        var client = HttpMessagesClient.builder().apiKey("key").baseUri(model).build()) {
      var worker = engine.worker(runner(client, tools), WorkerSettings.DEFAULT);
      var id = UUID.randomUUID().toString();
      var result = engine.runs().start(id, "agent", Transcript.of(prompt)).result();
      worker.shutdownNow();
      worker.awaitTermination(10, TimeUnit.SECONDS);
      return new Ended(result.outcome().name(), result.text());
    }
  }

  private static AgentRunner runner(HttpMessagesClient client, Tools tools) {
    return AgentRunner.builder(client, "claude-opus-5-5")
        .tools(
            Tool.of("echo", "Says it.", Text.class, (Text in) -> tools.echo(in.text()))
                .with(ToolTraits.DEFAULT.repeatable()),
            Tool.of("once", "Does it.", Text.class, (Text in) -> tools.once(in.text())),
            Tool.of("fail", "Fails.", Text.class, (Text in) -> tools.fail(in.text())),
            Tool.of("much", "Says much.", Text.class, (Text in) -> tools.much(in.text())))
        .build();
  }
}
