package dev.millrace.temporal;

import dev.millrace.agent.DurableAgent;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalAnswer;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One execution of a run's workflow: the loop over steps that are activities. */
final class AgentWorkflowRun implements AgentWorkflow {
  private final Map<String, DurableAgent> agents;
  private final WorkerSettings settings;
  private final TranscriptStore store;
  private final Waiting waiting = new Waiting();
  private @Nullable CancellationScope scope;
  private boolean isCancelled;
  private DurableAgent.@Nullable Reached reached;

  AgentWorkflowRun(Map<String, DurableAgent> agents, WorkerSettings settings) {
    this.agents = agents;
    this.settings = settings;
    this.store = new TranscriptStore(settings.store());
  }

  @Override
  public byte[] run(byte[] input) {
    var state = begun(RunState.of(input));
    var agent = agent(state);
    var progress = StepJson.progress(state.progress(), WorkflowSteps.read(store, state.place()));
    var steps =
        new WorkflowSteps(state, agent.limits(), settings, store, waiting, progress.transcript());
    try {
      scope = Workflow.newCancellationScope(() -> reached = agent.run(progress, steps));
      isCancelled |= state.isCancelled();
      if (isCancelled) {
        scope.cancel();
      }
      scope.run();
    } catch (RunFailedException e) {
      throw failure(e, steps);
    }
    return ended(Objects.requireNonNull(reached), state, steps);
  }

  private byte[] ended(DurableAgent.Reached reached, RunState state, WorkflowSteps steps) {
    if (reached.result().isPresent()) {
      var result = reached.result().get();
      return fitting("end", StepJson.ended(result, steps.place(result.transcript())));
    }
    var progress = reached.progress();
    var next =
        new RunState(
            state.agent(),
            state.version(),
            state.startedAt(),
            isCancelled,
            steps.place(progress.transcript()),
            StepJson.progress(progress));
    return Workflow.newContinueAsNewStub(AgentWorkflow.class).run(fitting("move", next.bytes()));
  }

  /** The version is kept with the first step, so that another agent never goes on by mistake. */
  private RunState begun(RunState state) {
    if (!state.version().isEmpty()) {
      return state;
    }
    var version =
        Workflow.sideEffect(
            String.class, () -> agents.containsKey(state.agent()) ? agent(state).version() : "");
    return new RunState(
        state.agent(),
        version,
        Workflow.currentTimeMillis(),
        false,
        state.place(),
        state.progress());
  }

  /** What is thrown here is tried again, by this worker or another, and is seen meanwhile. */
  private DurableAgent agent(RunState state) {
    var agent = agents.get(state.agent());
    if (agent == null) {
      throw new IllegalStateException(
          "this worker has no agent \"%s\", it has %s".formatted(state.agent(), agents.keySet()));
    }
    if (!state.version().isEmpty() && !state.version().equals(agent.version())) {
      throw new IllegalStateException(
          ("this run is of agent \"%s\" in version %s, and this worker has version %s: another"
                  + " model, prompt, tool or loop. Let a worker of the old version finish it")
              .formatted(state.agent(), state.version(), agent.version()));
    }
    return agent;
  }

  private static byte[] fitting(String step, byte[] bytes) {
    var problem = Sizes.problem(step, "what is to be kept", bytes.length);
    if (!problem.isEmpty()) {
      throw ApplicationFailure.newNonRetryableFailure(
          problem + ". Give the workers a store (WorkerSettings.store)", "TooLarge");
    }
    return bytes;
  }

  private static ApplicationFailure failure(RunFailedException e, WorkflowSteps steps) {
    var details =
        new Json()
            .put("transcript", steps.place(e.transcript()).json())
            .put("usage", StepJson.usage(e.usage()))
            .put("turns", e.turns())
            .bytes();
    var type = e.getCause() instanceof StepFailedException step ? step.type() : "RunFailed";
    return details.length <= Sizes.MOST_BYTES
        ? ApplicationFailure.newNonRetryableFailure(e.getMessage(), type, (Object) details)
        : ApplicationFailure.newNonRetryableFailure(e.getMessage(), type);
  }

  @Override
  public byte[] approvals() {
    return waiting.requests();
  }

  @Override
  public void cancel() {
    isCancelled = true;
    if (scope != null) {
      scope.cancel();
    }
  }

  /** One that fits no call that waits is ignored: whoever gave it was told, see AgentRun. */
  @Override
  public void answer(byte[] answers) {
    RawJson.parse(new String(answers, StandardCharsets.UTF_8)).elements().stream()
        .map(RawJson::text)
        .map(ApprovalAnswer::parse)
        .forEach(waiting::answer);
  }
}
