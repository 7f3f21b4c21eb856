package dev.millrace.agent;

import static dev.millrace.agent.RunOutcome.COMPLETED;
import static dev.millrace.agent.RunOutcome.CONTEXT_FULL;
import static dev.millrace.agent.RunOutcome.LIMIT_REACHED;
import static dev.millrace.agent.RunOutcome.LOOP_DETECTED;
import static dev.millrace.agent.RunOutcome.MAX_TOKENS;
import static dev.millrace.agent.RunOutcome.REFUSED;
import static dev.millrace.agent.RunOutcome.UNKNOWN_STOP_REASON;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Transcript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop: ask the model, answer its calls, until it is done. It decides and does nothing itself:
 * no clock, no thread, no socket; all that is in the {@link Steps}. Used for one run.
 */
final class AgentLoop {
  private static final int MAX_CONTINUATIONS = 10;
  private static final String LAST_TURN =
      "[This is the last turn of this run, without tools: answer now, and say what is left to do.]";

  private final Steps steps;
  private final Expenses expenses;
  private final LoopGuard guard;
  private final Ending ending;
  private final int from;

  private Transcript transcript;
  private Duration elapsed;
  private StopReason stopReason = StopReason.NONE;
  private String text = "";
  private Refusals refusals = Refusals.NONE;
  private int turns;
  private int cutsInARow;
  private int continuationsInARow;

  /**
   * @param expenses which hold already what was used before
   * @param guard which knows already what was called before
   */
  AgentLoop(Steps steps, Expenses expenses, LoopGuard guard, RunProgress progress) {
    this.steps = steps;
    this.expenses = expenses;
    this.guard = guard;
    this.ending = new Ending(expenses.wallTime());
    this.from = progress.from();
    this.transcript = progress.transcript();
    this.elapsed = progress.elapsed();
    this.turns = progress.turns();
    this.cutsInARow = progress.cutsInARow();
    this.continuationsInARow = progress.continuationsInARow();
  }

  /**
   * Runs to the end; gives nothing when the steps are to be taken elsewhere before.
   *
   * @throws RunFailedException when a step failed
   */
  Optional<RunResult> run() {
    answerPending();
    while (ending.isOpen() && !steps.moveOn()) {
      if (withinLimits()) {
        ask();
      }
    }
    if (ending.isOpen()) {
      return Optional.empty();
    }
    transcript = transcript.withoutDanglingServerToolUses();
    return Optional.of(new RunResult(ending, transcript, expenses, turns, stopReason, text));
  }

  /** Where it stands between two turns. */
  RunProgress progress() {
    return new RunProgress(
        transcript,
        from,
        elapsed,
        turns,
        expenses.toolCalls(),
        cutsInARow,
        continuationsInARow,
        expenses.usage());
  }

  private boolean withinLimits() {
    ending.check(elapsed);
    expenses.reached().ifPresent(ending::limitReached);
    return ending.isOpen();
  }

  private void ask() {
    boolean isLast = turns > 0 && expenses.isNearEnd() && isAnswered();
    if (isLast) {
      transcript = transcript.plus(Message.user(LAST_TURN));
    }
    var allowance = expenses.reserve();
    if (allowance.isEmpty()) {
      ending.is(LIMIT_REACHED, "the limits leave too few tokens or dollars for another message");
      return;
    }
    turns++;
    var asked = steps.ask(new Steps.Question(turns, transcript, allowance.get(), isLast));
    expenses.settle(allowance.get(), asked.usage());
    elapsed = asked.elapsed();
    transcript = asked.transcript();
    refusals = new Refusals(asked.started());
    if (asked.failure() != null) {
      throw failed(asked.failure());
    } else if (asked.response() != null) {
      handle(asked.response());
    } else if (asked.isOverspent()) {
      ending.is(LIMIT_REACHED, "the answer took more tokens or dollars than the limits leave");
    } else {
      ending.stopped("while the model was asked", elapsed);
    }
  }

  private void handle(MessageResponse response) {
    stopReason = response.stopReason();
    text = response.text();
    if (stopReason.equals(StopReason.REFUSAL)) {
      ending.is(REFUSED, "the model refused to answer");
      return;
    }
    transcript = transcript.plus(response);
    boolean continued = stopReason.equals(StopReason.PAUSE_TURN) || waitsForServer(response);
    cutsInARow = stopReason.equals(StopReason.MAX_TOKENS) ? cutsInARow + 1 : 0;
    continuationsInARow = continued ? continuationsInARow + 1 : 0;
    switch (stopReason.value()) {
      case "tool_use" -> answerPendingOrEnd(continued);
      case "end_turn", "stop_sequence" -> {
        refusePending("the message ended with " + stopReason + ", not with tool_use");
        ending.is(COMPLETED, "");
      }
      case "max_tokens" -> retryOrEndCut();
      case "pause_turn", "compaction" ->
          refusePending("the message ended with " + stopReason + ", not with tool_use");
      case "model_context_window_exceeded" -> {
        refusePending("the message was cut off when the context window was full");
        ending.is(CONTEXT_FULL, "the model's context window is full");
      }
      default -> {
        refusePending("the message ended with an unknown stop reason");
        ending.is(UNKNOWN_STOP_REASON, "the model stopped for the reason \"" + stopReason + "\"");
      }
    }
    if (ending.isOpen() && continuationsInARow > MAX_CONTINUATIONS) {
      ending.is(LIMIT_REACHED, "the server paused " + continuationsInARow + " times in a row");
    }
  }

  private boolean isAnswered() {
    return transcript.last().filter(last -> !last.toolResults().isEmpty()).isPresent();
  }

  /** A message that stops for tools, none of them ours: the server runs its own and goes on. */
  private boolean waitsForServer(MessageResponse response) {
    return stopReason.equals(StopReason.TOOL_USE)
        && response.toolUses().isEmpty()
        && !transcript.withoutDanglingServerToolUses().equals(transcript);
  }

  /** A message that stops for tools and calls none is an end; asked to go on, the API refuses. */
  private void answerPendingOrEnd(boolean continued) {
    if (!continued && transcript.pending().isEmpty()) {
      ending.is(COMPLETED, "");
    }
    answerPending();
  }

  private void answerPending() {
    var calls = transcript.pending();
    if (calls.isEmpty()) {
      return;
    }
    var limit = expenses.takeCalls(calls.size());
    if (limit.isPresent()) {
      refusePending("the run's limit of " + limit.get() + " is reached");
      ending.limitReached(limit.get());
      return;
    }
    switch (guard.next(calls)) {
      case RUN -> call(calls, List.of());
      case RUN_AND_WARN -> call(calls, List.of(new Text(LoopGuard.WARNING)));
      case REFUSE -> refusePending("the same calls were made before, and you were told so");
      case END -> {
        refusePending("the same calls were made again and again");
        ending.is(
            LOOP_DETECTED, "the model went in circles: the same calls or errors, again and again");
      }
    }
  }

  private void call(List<ToolUse> calls, List<? extends ContentBlock> note) {
    var called = steps.call(turns, transcript, calls);
    elapsed = called.elapsed();
    if (called.isPaused() && called.failure() == null) {
      ending.paused(called);
    } else if (called.isPaused()) {
      refusePending("the run failed before it");
    } else {
      guard.finished(called.results());
      var content = new ArrayList<ContentBlock>(called.results());
      content.addAll(note);
      transcript = transcript.plus(Message.of(Role.USER, content));
    }
    if (called.failure() != null) {
      throw failed(called.failure());
    }
    if (called.cancelled()) {
      ending.stopped("while tools were called", elapsed);
    }
  }

  /** Calls in a cut message are never run, however whole they look; the model may try once more. */
  private void retryOrEndCut() {
    boolean hadCalls = !transcript.pending().isEmpty();
    refusePending(
        "the message was cut off by max_tokens, so this call may be incomplete. Make it again in"
            + " fewer or smaller pieces");
    if (!hadCalls || cutsInARow > 1) {
      ending.is(MAX_TOKENS, "the answer was cut off by max_tokens");
    }
  }

  private void refusePending(String why) {
    var calls = transcript.pending();
    if (!calls.isEmpty()) {
      transcript = transcript.plus(Message.of(Role.USER, refusals.of(calls, why)));
    }
  }

  /** The failure, with all that was reached until now. */
  RunFailedException failed(Throwable cause) {
    var kept = transcript.withoutDanglingServerToolUses();
    return new RunFailedException(kept, expenses.usage(), expenses.cost(), turns, cause);
  }
}
