package dev.millrace.temporal;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.DurableAgent;
import io.temporal.worker.Worker;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a Temporal worker run agents. All workers of a task queue are to have the same ones.
 *
 * <pre>{@code
 * var worker = WorkerFactory.newInstance(client).newWorker("agents");
 * AgentWorker.of("support", runner).register(worker, WorkerSettings.DEFAULT);
 * }</pre>
 */
public final class AgentWorker {
  private final Map<String, DurableAgent> agents;

  private AgentWorker(Map<String, DurableAgent> agents) {
    this.agents = Map.copyOf(agents);
  }

  /** Runs this agent under this name. */
  public static AgentWorker of(String name, AgentRunner runner) {
    return new AgentWorker(Map.of()).and(name, runner);
  }

  /** The same, and another agent. */
  public AgentWorker and(String name, AgentRunner runner) {
    var all = new LinkedHashMap<>(agents);
    all.put(name, runner.durable());
    return new AgentWorker(all);
  }

  /** Registers the workflow and the activity. */
  public void register(Worker worker, WorkerSettings settings) {
    worker.registerWorkflowImplementationFactory(
        AgentWorkflow.class, () -> new AgentWorkflowRun(agents, settings));
    worker.registerActivitiesImplementations(new StepBodies(agents, settings));
  }
}
