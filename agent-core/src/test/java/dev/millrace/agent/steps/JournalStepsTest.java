package dev.millrace.agent.steps;

import dev.millrace.agent.RunOptions;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.testkit.contract.StepsContract;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Steps that a journal keeps. */
class JournalStepsTest extends StepsContract {
  @TempDir private Path folder = Path.of("");

  @Override
  protected Ended run(URI model, String prompt, Tools tools) {
    try (var client = ContractAgent.client(model);
        var session = Session.open(FileSessionStore.in(folder), "contract")) {
      var transcript = session.plus(Message.user(prompt));
      var options = RunOptions.DEFAULT.session(session);
      return ContractAgent.ended(
          ContractAgent.runner(client, tools).run(transcript, event -> {}, options));
    }
  }
}
