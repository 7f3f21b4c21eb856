package dev.millrace.agent;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.CallScope;
import dev.millrace.agent.tool.CallWrapper;
import dev.millrace.agent.tool.CallingRun;
import dev.millrace.agent.tool.PreparedCall;
import dev.millrace.agent.tool.ToolObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent taken apart: the loop, which only decides and is the same for the same results of its
 * steps, and the bodies of those steps, which act. An engine that keeps what steps give runs the
 * loop with {@link Steps} of its own, has the bodies run wherever it likes, and runs the loop again
 * from what was kept when a process ends. Immutable and thread-safe.
 *
 * <p>Calls never start before their message is whole here, and a run inside a run is one step.
 */
public final class DurableAgent {
  /** Counts changes that let the loop decide otherwise on what older versions have kept. */
  private static final int LOOP_VERSION = 1;

  private final Agent agent;

  DurableAgent(Agent agent) {
    this.agent = agent;
  }

  /**
   * The same for agents that go on with one another's runs: of the same loop, model, prompt, tools
   * and limits.
   */
  public String version() {
    return LOOP_VERSION + "-" + agent.fingerprint() + "-" + agent.limitsFingerprint();
  }

  /** The most that a run may take. */
  public Limits limits() {
    return agent.limits();
  }

  /**
   * How far a run came.
   *
   * @param progress where it stands
   * @param result how it ended; empty when it is to move on
   */
  public record Reached(RunProgress progress, Optional<RunResult> result) {}

  /**
   * Runs the loop on the calling thread, to the end or until the steps say that it is to move on:
   * no clock, no thread, no I/O but what the steps do.
   *
   * @param progress where it stands
   * @throws RunFailedException when a step failed
   */
  public Reached run(RunProgress progress, Steps steps) {
    var expenses = agent.expenses(new Budget(agent.limits(), null), agent.limits().wallTime());
    expenses.restore(progress);
    var guard = new LoopGuard(agent.polls());
    var messages = progress.transcript().messages();
    guard.restore(messages.subList(progress.from(), messages.size()));
    var loop = new AgentLoop(steps, expenses, guard, progress);
    var result = loop.run();
    return new Reached(loop.progress(), result);
  }

  /**
   * The body of a model step. Retries of the API are made inside it; what is thrown by nobody is in
   * the result.
   *
   * @param listener told of the answer while it streams, on the calling thread
   * @param cancel ends it
   */
  public Steps.Asked ask(Steps.Question question, RunListener listener, CancelSignal cancel) {
    var expenses = agent.expenses(new Budget(agent.limits(), null), agent.limits().wallTime());
    var none = Observations.begin(List.of(), agent.model(), "");
    var scope = new CallScope(Map.of(), "", CallingRun.NONE, cancel, CallWrapper.NONE);
    try (var steps =
        new LiveSteps(
            agent.withoutEarlyDispatch(),
            expenses,
            listener,
            none,
            scope,
            Optional.empty(),
            List.of(),
            System.nanoTime())) {
      return steps.ask(question);
    }
  }

  /**
   * The body of the step before calls: finds the tools, validates, asks the policy.
   *
   * @param answers what people said to calls that wait
   * @throws RuntimeException what the policy threw
   */
  public List<PreparedCall> prepare(List<ToolUse> uses, List<ApprovalAnswer> answers) {
    var scope = new CallScope(Map.of(), "", CallingRun.NONE, CancelSignal.NEVER, CallWrapper.NONE);
    return agent.toolCalls().prepare(uses, agent.toolCalls().early(scope), answers);
  }

  /**
   * The body of a call's step. Whatever the tool does is in its result.
   *
   * @param runId makes the call's idempotency key unique
   * @param attributes for the tool
   * @param listener told of the call, on the calling thread
   * @param cancel ends it
   */
  public ToolResult call(
      ToolUse use,
      List<ApprovalAnswer> answers,
      String runId,
      Map<String, Object> attributes,
      RunListener listener,
      CancelSignal cancel) {
    var prepared = prepare(List.of(use), answers).getFirst();
    if (prepared instanceof PreparedCall.Paused paused) {
      return ToolResult.error(use.id(), "Not run: it waits for approval: " + paused.reason());
    }
    var scope = new CallScope(attributes, runId, CallingRun.NONE, cancel, CallWrapper.NONE);
    var calls = agent.toolCalls();
    var outcome = calls.run(List.of(prepared), scope, calls.early(scope), new Told(listener));
    switch (outcome.fatal()) {
      case null -> {}
      case RuntimeException failure -> throw failure;
      case Error error -> throw error;
      case Throwable other -> throw new IllegalStateException(other);
    }
    return outcome.results().getFirst();
  }

  private record Told(RunListener listener) implements ToolObserver {
    @Override
    public void started(ToolUse use) {
      listener.on(new AgentEvent.ToolStarted(use));
    }

    @Override
    public void progressed(ToolUse use, String text) {
      listener.on(new AgentEvent.ToolProgress(use, text));
    }

    @Override
    public void finished(ToolUse use, ToolResult result, Duration took) {
      listener.on(new AgentEvent.ToolFinished(use, result, took));
    }
  }
}
