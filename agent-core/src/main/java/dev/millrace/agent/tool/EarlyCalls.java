package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The calls of one turn that start while its message still arrives. Only tools that are read-only
 * or repeatable do, since the message may never become whole. A result is used when the turn asks
 * for the same call in the end, also after the message has started over, and dropped otherwise. For
 * the thread that runs the turn.
 */
public final class EarlyCalls implements AutoCloseable {
  private final CallPreparation preparation;
  private final CallScope scope;
  private final ToolLimits limits;
  private final AtomicInteger lostThreads;
  private final List<Early> calls = new ArrayList<>();
  private int attempt = 1;
  private boolean stopped;

  /** A call that was prepared, and that runs when it may. */
  private static final class Early {
    private final PreparedCall prepared;
    private final Optional<CallInFlight> running;
    private int wantedBy;
    private boolean isKnown;

    Early(PreparedCall prepared, Optional<CallInFlight> running, int wantedBy) {
      this.prepared = prepared;
      this.running = running;
      this.wantedBy = wantedBy;
    }

    boolean is(ToolUse use) {
      var own = prepared.use();
      return own.name().equals(use.name()) && own.input().equals(use.input());
    }
  }

  EarlyCalls(
      CallPreparation preparation, CallScope scope, ToolLimits limits, AtomicInteger lostThreads) {
    this.preparation = preparation;
    this.scope = scope;
    this.limits = limits;
    this.lostThreads = lostThreads;
  }

  /**
   * Whether a call of this tool could start now. After one that could not, none does any more: what
   * the model wrote later may build upon it.
   */
  public boolean takes(String toolName) {
    stopped =
        stopped || !preparation.toolbox().find(toolName).filter(EarlyCalls::isSafe).isPresent();
    return !stopped;
  }

  private static boolean isSafe(RegisteredTool tool) {
    var traits = tool.spec().traits();
    return (traits.isReadOnly() || traits.isRepeatable()) && !traits.isExclusive();
  }

  /**
   * Starts a call, unless it is to be refused or paused or runs already since an earlier attempt.
   *
   * @param use whole, and followed by another block
   * @throws RuntimeException what the policy threw
   */
  public void start(ToolUse use) {
    if (!takes(use.name()) || use.problem() != null || scope.cancel().isCancelled()) {
      stopped = true;
      return;
    }
    for (var early : calls) {
      if (early.wantedBy < attempt && early.is(use)) {
        early.wantedBy = attempt;
        return;
      }
    }
    var prepared = preparation.prepare(use);
    stopped = !(prepared instanceof PreparedCall.Ready) || lostThreads.get() > limits.lostThreads();
    calls.add(new Early(prepared, stopped ? Optional.empty() : running(prepared), attempt));
  }

  private Optional<CallInFlight> running(PreparedCall prepared) {
    if (!(prepared instanceof PreparedCall.Ready ready)) {
      return Optional.empty();
    }
    var call = new CallInFlight(ready, scope);
    call.start(lostThreads);
    return Optional.of(call);
  }

  /** The message starts over; what was started is kept in case that it calls the same again. */
  public void startOver() {
    attempt++;
    stopped = false;
  }

  /** The ids of those of these calls that have started. */
  public Set<String> started(List<ToolUse> uses) {
    var left = new ArrayList<>(calls);
    var started = new HashSet<String>();
    for (var use : uses) {
      left.stream()
          .filter(early -> early.running.isPresent() && early.is(use))
          .findFirst()
          .ifPresent(early -> {
            left.remove(early);
            started.add(use.id());
          });
    }
    return started;
  }

  /**
   * What was found out about this call before, so that a policy is asked once; given once, since
   * the policy may decide otherwise on another call that is equal.
   */
  Optional<PreparedCall> prepared(ToolUse use) {
    for (var early : calls) {
      if (!early.isKnown && early.is(use)) {
        early.isKnown = true;
        return Optional.of(early.prepared);
      }
    }
    return Optional.empty();
  }

  /** The same call, running or ended; given once. */
  Optional<CallInFlight> take(ToolUse use) {
    for (var early : calls) {
      if (early.running.isPresent() && early.is(use)) {
        calls.remove(early);
        return early.running;
      }
    }
    return Optional.empty();
  }

  /** Drops what was started and not used: it is told to stop, and nobody waits for it. */
  @Override
  public void close() {
    for (var early : calls) {
      early.running.ifPresent(call -> {
        if (call.abandon()) {
          lostThreads.incrementAndGet();
          call.stop();
        }
      });
    }
    calls.clear();
  }
}
