package dev.millrace.agent;

import static dev.millrace.agent.RunOutcome.CANCELLED;
import static dev.millrace.agent.RunOutcome.COMPLETED;
import static dev.millrace.agent.RunOutcome.CONTEXT_FULL;
import static dev.millrace.agent.RunOutcome.LIMIT_REACHED;
import static dev.millrace.agent.RunOutcome.MAX_TOKENS;
import static dev.millrace.agent.RunOutcome.PAUSED;
import static dev.millrace.agent.RunOutcome.REFUSED;
import static dev.millrace.agent.RunOutcome.UNKNOWN_STOP_REASON;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.PriceTable;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The loop: ask the model, answer its calls, until it is done. It decides and does nothing itself:
 * no clock, no thread, no socket; all that is in the {@link Steps}. Used for one run.
 */
final class AgentLoop {
  private static final int MAX_CONTINUATIONS = 10;

  private final Steps steps;
  private final Limits limits;
  private final String model;
  private final PriceTable prices;

  private Transcript transcript;
  private Usage usage = Usage.NONE;
  private Duration elapsed = Duration.ZERO;
  private StopReason stopReason = StopReason.NONE;
  private String text = "";
  private int turns;
  private int toolCalls;
  private int cutsInARow;
  private int continuationsInARow;
  private @Nullable RunOutcome outcome;
  private String detail = "";

  AgentLoop(Steps steps, Limits limits, String model, PriceTable prices, Transcript transcript) {
    this.steps = steps;
    this.limits = limits;
    this.model = model;
    this.prices = prices;
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
    return new RunResult(outcome, detail, transcript, usage, cost(), turns, stopReason, text);
  }

  private boolean withinLimits() {
    if (turns >= limits.turns()) {
      end(LIMIT_REACHED, "the limit of " + limits.turns() + " turns was reached");
    } else if (usage.outputTokens() >= limits.outputTokens()) {
      end(LIMIT_REACHED, "the limit of " + limits.outputTokens() + " output tokens was reached");
    } else if (elapsed.compareTo(limits.wallTime()) >= 0) {
      end(LIMIT_REACHED, "the time limit of " + limits.wallTime() + " was reached");
    } else if (cost() != null && cost().compareTo(limits.costUsd()) >= 0) {
      end(LIMIT_REACHED, "the limit of " + limits.costUsd() + " US dollars was reached");
    }
    return outcome == null;
  }

  private void ask() {
    turns++;
    var asked = steps.ask(turns, transcript);
    usage = usage.plus(asked.usage());
    elapsed = asked.elapsed();
    if (asked.failure() != null) {
      throw failed(asked.failure());
    }
    if (asked.response() == null) {
      end(CANCELLED, "cancelled while the model was asked");
    } else {
      handle(asked.response());
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
    boolean cut = stopReason.equals(StopReason.MAX_TOKENS);
    boolean continued = stopReason.equals(StopReason.PAUSE_TURN) || waitsForServer(response);
    cutsInARow = cut ? cutsInARow + 1 : 0;
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
    if (toolCalls + calls.size() > limits.toolCalls()) {
      refusePending("the run's limit of " + limits.toolCalls() + " tool calls is reached");
      end(LIMIT_REACHED, "the limit of " + limits.toolCalls() + " tool calls was reached");
      return;
    }
    var called = steps.call(turns, calls);
    elapsed = called.elapsed();
    if (called.isPaused() && called.failure() == null) {
      end(PAUSED, "a call waits for approval");
    } else if (called.isPaused()) {
      refusePending("the run failed before it");
    } else {
      toolCalls += calls.size();
      transcript = transcript.plus(Message.of(Role.USER, called.results()));
    }
    if (called.failure() != null) {
      throw failed(called.failure());
    }
    if (called.cancelled()) {
      end(CANCELLED, "cancelled while tools were called");
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
      var results =
          calls.stream().map(use -> ToolResult.error(use.id(), "Not run: " + why + ".")).toList();
      transcript = transcript.plus(Message.of(Role.USER, results));
    }
  }

  private void end(RunOutcome outcome, String detail) {
    this.outcome = outcome;
    this.detail = detail;
  }

  private @Nullable BigDecimal cost() {
    return prices.cost(model, usage).orElse(null);
  }

  /** The failure, with all that was reached until now. */
  RunFailedException failed(Throwable cause) {
    return new RunFailedException(
        transcript.withoutDanglingServerToolUses(), usage, cost(), turns, cause);
  }
}
