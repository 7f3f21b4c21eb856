package dev.millrace.agent.steps;

import dev.millrace.testkit.contract.StepsContract;
import java.net.URI;

/** Steps that are done at once. */
class PlainStepsTest extends StepsContract {
  @Override
  protected Ended run(URI model, String prompt, Tools tools) {
    try (var client = ContractAgent.client(model)) {
      return ContractAgent.ended(ContractAgent.runner(client, tools).run(prompt, event -> {}));
    }
  }
}
