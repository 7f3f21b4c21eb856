package dev.millrace.temporal;

import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunProgress;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.Transcript;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts runs, and finds them again, from any process. Thread-safe.
 *
 * <pre>{@code
 * var runs = AgentRuns.on(client, "agents");
 * var run = runs.start("order-7", "support", Transcript.of("Where is my order?"));
 * System.out.println(run.result().text());
 * }</pre>
 */
public final class AgentRuns {
  private final WorkflowClient client;
  private final String taskQueue;
  private final TranscriptStore store;
  private final Consumer<WorkflowOptions.Builder> options;

  private AgentRuns(
      WorkflowClient client,
      String taskQueue,
      TranscriptStore store,
      Consumer<WorkflowOptions.Builder> options) {
    this.client = client;
    this.taskQueue = taskQueue;
    this.store = store;
    this.options = options;
  }

  /** Runs on the workers of this task queue, which keep transcripts in the history. */
  public static AgentRuns on(WorkflowClient client, String taskQueue) {
    return new AgentRuns(client, taskQueue, new TranscriptStore(Optional.empty()), builder -> {});
  }

  /** Runs on the workers of this task queue, which keep transcripts in this store. */
  public static AgentRuns on(WorkflowClient client, String taskQueue, BlobStore store) {
    return new AgentRuns(client, taskQueue, new TranscriptStore(Optional.of(store)), builder -> {});
  }

  /** The same with more of a workflow's options, such as search attributes. */
  public AgentRuns options(Consumer<WorkflowOptions.Builder> options) {
    return new AgentRuns(client, taskQueue, store, options);
  }

  /**
   * Starts a run; returns when the engine has kept it.
   *
   * @param runId the workflow's id; also makes its calls' idempotency keys unique
   * @param agent the name that the workers have it by
   * @throws io.temporal.client.WorkflowExecutionAlreadyStarted when there is a run of this id
   * @throws IllegalArgumentException when there is nothing to answer, or without a store more than
   *     the engine takes
   */
  public AgentRun start(String runId, String agent, Transcript transcript) {
    var progress = RunProgress.begin(transcript);
    var place = TranscriptPlace.inline(transcript);
    if (store.isThere()) {
      place = store.put(TranscriptStore.key(runId, "start"), place, transcript);
    }
    var state = RunState.begin(agent, place, progress).bytes();
    var problem = Sizes.problem("start", "the conversation", state.length);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem + "; use a store");
    }
    var all = WorkflowOptions.newBuilder();
    options.accept(all);
    all.setWorkflowId(runId).setTaskQueue(taskQueue);
    var stub = client.newWorkflowStub(AgentWorkflow.class, all.build());
    WorkflowClient.start(stub::run, state);
    return of(runId);
  }

  /**
   * Starts a run and waits for its end, as {@link dev.millrace.agent.AgentRunner#run} does for runs
   * of this process. What comes over the bus is told to the listener, on this thread; a turn that
   * another worker had to begin again is told as {@link dev.millrace.agent.AgentEvent.TurnRetried}.
   *
   * @param bus the one that the workers have
   * @param cancel ends the run as CANCELLED
   * @throws io.temporal.client.WorkflowFailedException when the run failed
   * @throws InterruptedException when this thread was interrupted; the run goes on
   */
  public RunResult run(
      String runId,
      String agent,
      Transcript transcript,
      DeltaBus bus,
      RunListener listener,
      CancelSignal cancel)
      throws InterruptedException {
    try (var watching = new Watching(bus, runId)) {
      var run = start(runId, agent, transcript);
      try (var registration = cancel.onCancel(run::cancel)) {
        return watching.until(run, listener);
      }
    }
  }

  /**
   * Deletes from the store what a run kept there, which must have ended.
   *
   * @throws IllegalStateException when there is no store
   */
  public void forget(String runId) {
    store.deleteAll(runId);
  }

  /** A run that was started before, here or elsewhere. */
  public AgentRun of(String runId) {
    return new AgentRun(client, runId, store);
  }
}
