package dev.millrace.agent;

import static dev.millrace.agent.RunOutcome.CANCELLED;
import static dev.millrace.agent.RunOutcome.COMPLETED;
import static dev.millrace.agent.RunOutcome.CONTEXT_FULL;
import static dev.millrace.agent.RunOutcome.LIMIT_REACHED;
import static dev.millrace.agent.RunOutcome.LOOP_DETECTED;
import static dev.millrace.agent.RunOutcome.MAX_TOKENS;
import static dev.millrace.agent.RunOutcome.PAUSED;
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
import org.jspecify.annotations.Nullable;

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

  private Transcript transcript;
  private Duration elapsed = Duration.ZERO;
  private StopReason stopReason = StopReason.NONE;
  private String text = "";
  private Refusals refusals = Refusals.NONE;
  private int turns;
  private int cutsInARow;
  private int continuationsInARow;
  private @Nullable RunOutcome outcome;
  private String detail = "";
  private Optional<Steps.Called> pause = Optional.empty();

  AgentLoop(Steps steps, Expenses expenses, LoopGuard guard, Transcript transcript) {
    this.steps = steps;
    this.expenses = expenses;
    this.guard = guard;
    this.transcript = transcript;
  }

  /**
   * Runs to the end.
   *
   * @throws RunFailedException when a step failed
   */
  RunResult run() {
    answerPending();
    while (outcome == null) {
      if (withinLimits()) {
        ask();
      }
    }
    transcript = transcript.withoutDanglingServerToolUses();
    return new RunResult(outcome, detail, transcript, expenses, turns, stopReason, text, pause);
  }

  private boolean withinLimits() {
    if (elapsed.compareTo(expenses.wallTime()) >= 0) {
      end(LIMIT_REACHED, "the time limit of " + expenses.wallTime() + " was reached");
    }
    expenses.reached().ifPresent(this::limitReached);
    return outcome == null;
  }

  private void ask() {
    boolean isLast = turns > 0 && expenses.isNearEnd() && isAnswered();
    if (isLast) {
      transcript = transcript.plus(Message.user(LAST_TURN));
    }
    var allowance = expenses.reserve();
    if (allowance.isEmpty()) {
      end(LIMIT_REACHED, "the limits leave too few tokens or dollars for another message");
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
      end(LIMIT_REACHED, "the answer took more tokens or dollars than the limits leave");
    } else {
      stopped("while the model was asked");
    }
  }

  private void handle(MessageResponse response) {
    stopReason = response.stopReason();
    text = response.text();
    if (stopReason.equals(StopReason.REFUSAL)) {
      end(REFUSED, "the model refused to answer");
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
        end(COMPLETED, "");
      }
      case "max_tokens" -> retryOrEndCut();
      case "pause_turn", "compaction" ->
          refusePending("the message ended with " + stopReason + ", not with tool_use");
      case "model_context_window_exceeded" -> {
        refusePending("the message was cut off when the context window was full");
        end(CONTEXT_FULL, "the model's context window is full");
      }
      default -> {
        refusePending("the message ended with an unknown stop reason");
        end(UNKNOWN_STOP_REASON, "the model stopped for the reason \"" + stopReason + "\"");
      }
    }
    if (outcome == null && continuationsInARow > MAX_CONTINUATIONS) {
      end(LIMIT_REACHED, "the server paused " + continuationsInARow + " times in a row");
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
      end(COMPLETED, "");
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
      limitReached(limit.get());
      return;
    }
    switch (guard.next(calls)) {
      case RUN -> call(calls, List.of());
      case RUN_AND_WARN -> call(calls, List.of(new Text(LoopGuard.WARNING)));
      case REFUSE -> refusePending("the same calls were made before, and you were told so");
      case END -> {
        refusePending("the same calls were made again and again");
        end(LOOP_DETECTED, "the model went in circles: the same calls or errors, again and again");
      }
    }
  }

  private void call(List<ToolUse> calls, List<? extends ContentBlock> note) {
    var called = steps.call(turns, transcript, calls);
    elapsed = called.elapsed();
    if (called.isPaused() && called.failure() == null) {
      pause = Optional.of(called);
      end(PAUSED, "a call waits for approval");
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
      stopped("while tools were called");
    }
  }

  /** Calls in a cut message are never run, however whole they look; the model may try once more. */
  private void retryOrEndCut() {
    boolean hadCalls = !transcript.pending().isEmpty();
    refusePending(
        "the message was cut off by max_tokens, so this call may be incomplete. Make it again in"
            + " fewer or smaller pieces");
    if (!hadCalls || cutsInARow > 1) {
      end(MAX_TOKENS, "the answer was cut off by max_tokens");
    }
  }

  private void refusePending(String why) {
    var calls = transcript.pending();
    if (!calls.isEmpty()) {
      transcript = transcript.plus(Message.of(Role.USER, refusals.of(calls, why)));
    }
  }

  private void stopped(String when) {
    if (elapsed.compareTo(expenses.wallTime()) >= 0) {
      end(LIMIT_REACHED, "the time limit of " + expenses.wallTime() + " was reached " + when);
    } else {
      end(CANCELLED, "cancelled " + when);
    }
  }

  private void limitReached(String limit) {
    end(LIMIT_REACHED, "the limit of " + limit + " was reached");
  }

  private void end(RunOutcome outcome, String detail) {
    this.outcome = outcome;
    this.detail = detail;
  }

  /** The failure, with all that was reached until now. */
  RunFailedException failed(Throwable cause) {
    var kept = transcript.withoutDanglingServerToolUses();
    return new RunFailedException(kept, expenses.usage(), expenses.cost(), turns, cause);
  }
}
