package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a turn, in three phases: all are prepared in order, those that may run do so on
 * virtual threads, and the results stand in the order of the calls. One failure never touches its
 * siblings. Immutable but for a count of lost threads; thread-safe.
 */
public final class ToolCalls {
  private final CallPreparation preparation;
  private final ToolLimits limits;
  private final AtomicInteger lostThreads = new AtomicInteger();

  /** Calls of these tools, under this policy and these limits. */
  public ToolCalls(Toolbox toolbox, ToolPolicy policy, ToolLimits limits) {
    this.preparation = new CallPreparation(toolbox, policy);
    this.limits = limits;
  }

  /** The calls of a turn that is about to begin and that may start before its end. */
  public EarlyCalls early(CallScope scope) {
    return new EarlyCalls(preparation, scope, limits, lostThreads);
  }

  /**
   * The first phase, for a turn none of whose calls started early.
   *
   * @throws RuntimeException what the policy threw
   */
  public List<PreparedCall> prepare(List<ToolUse> uses) {
    return prepare(
        uses,
        early(new CallScope(Map.of(), "", CallingRun.NONE, CancelSignal.NEVER, CallWrapper.NONE)));
  }

  /**
   * The first phase. Nothing has run when it returns but what was started early.
   *
   * @param uses all calls of a turn, in order
   * @return one for each, in the same order
   * @throws RuntimeException what the policy threw
   */
  public List<PreparedCall> prepare(List<ToolUse> uses, EarlyCalls early) {
    return prepare(uses, early, List.of());
  }

  /**
   * The first phase, with what people have said to calls that waited for them.
   *
   * @param answers each counts for the call that it fits
   */
  public List<PreparedCall> prepare(
      List<ToolUse> uses, EarlyCalls early, List<ApprovalAnswer> answers) {
    return preparation.prepare(uses, early, answers);
  }

  /**
   * The other phases: runs what is ready and returns when each call has its result. An interrupt of
   * the calling thread is a cancel and is set again at the end.
   *
   * @param calls prepared, none of them paused
   * @param early of the same turn; what it has started is not started again
   * @param observer told on the calling thread
   * @throws IllegalArgumentException when a call is paused; nothing has run then
   */
  public Outcome run(
      List<PreparedCall> calls, CallScope scope, EarlyCalls early, ToolObserver observer) {
    for (var call : calls) {
      if (call instanceof PreparedCall.Paused) {
        throw new IllegalArgumentException(
            "a call waits for approval, so none of its turn may run");
      }
    }
    var turn = new TurnOfCalls(limits, lostThreads, scope, early, observer);
    for (var batch : batches(calls)) {
      turn.run(batch);
    }
    return turn.outcome();
  }

  /**
   * The other phases, for calls that are part of no run; throws as {@link #run(List, CallScope,
   * EarlyCalls, ToolObserver)}.
   */
  public Outcome run(
      List<PreparedCall> calls,
      Map<String, Object> attributes,
      ToolObserver observer,
      CancelSignal cancel) {
    var scope = new CallScope(attributes, "", CallingRun.NONE, cancel, CallWrapper.NONE);
    return run(calls, scope, early(scope), observer);
  }

  /** Neighbours that may run at the same time; an exclusive call is a batch of its own. */
  private static List<List<PreparedCall>> batches(List<PreparedCall> calls) {
    var batches = new ArrayList<List<PreparedCall>>();
    List<PreparedCall> open = null;
    for (var call : calls) {
      boolean exclusive =
          call instanceof PreparedCall.Ready ready && ready.tool().spec().traits().isExclusive();
      if (open == null || exclusive) {
        open = new ArrayList<>();
        batches.add(open);
      }
      open.add(call);
      if (exclusive) {
        open = null;
      }
    }
    return batches;
  }

  /**
   * What became of a turn's calls.
   *
   * @param results one for each call, in the order of the calls
   * @param fatal what must end the run: an observer that threw, a broken virtual machine; null when
   *     nothing must
   */
  public record Outcome(List<ToolResult> results, @Nullable Throwable fatal) {}
}
