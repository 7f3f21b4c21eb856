package dev.millrace.agent.steps;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.contract.StepsContract.Ended;
import dev.millrace.testkit.contract.StepsContract.Tools;
import java.net.URI;

/** The agent of the contract. */
final class ContractAgent {
  private ContractAgent() {}

  record Text(String text) {}

  static HttpMessagesClient client(URI model) {
    return HttpMessagesClient.builder().apiKey("key").baseUri(model).build();
  }

  static AgentRunner runner(HttpMessagesClient client, Tools tools) {
    return AgentRunner.builder(client, "claude-opus-5-5")
        .tools(
            Tool.of("echo", "Says it.", Text.class, (Text in) -> tools.echo(in.text()))
                .with(ToolTraits.DEFAULT.repeatable()),
            Tool.of("once", "Does it.", Text.class, (Text in) -> tools.once(in.text())),
            Tool.of("fail", "Fails.", Text.class, (Text in) -> tools.fail(in.text())),
            Tool.of("much", "Says much.", Text.class, (Text in) -> tools.much(in.text())))
        .build();
  }

  static Ended ended(RunResult result) {
    return new Ended(result.outcome().name(), result.text());
  }
}
