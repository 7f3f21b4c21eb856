package dev.millrace.agent;

import dev.millrace.agent.client.StreamListener;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.tool.EarlyCalls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The message of one turn as it arrives, perhaps at a second attempt. */
final class Attempt implements StreamListener {
  /** No text has more on average: an estimate by it only stops a server that ignores max_tokens. */
  private static final int CHARACTERS_PER_TOKEN = 16;

  private final Steps.Question question;
  private final Expenses expenses;
  private final RunListener listener;
  private final @Nullable EarlyCalls early;
  private MessageAccumulator message = new MessageAccumulator();
  private Usage voided = Usage.NONE;
  private long characters;
  private int lastBlock;
  private int calls;

  /** The answer takes more than it may. */
  static final class OverspentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverspentException() {
      super("the answer took more than its allowance", null, false, false);
    }
  }

  /**
   * @param early takes calls that may start before the message is whole; null when none may
   */
  Attempt(
      Steps.Question question,
      Expenses expenses,
      RunListener listener,
      @Nullable EarlyCalls early) {
    this.question = question;
    this.expenses = expenses;
    this.listener = listener;
    this.early = early;
  }

  /** The whole message. */
  MessageResponse response() {
    return message.response();
  }

  boolean isContextFull() {
    return message.response().stopReason().equals(StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED);
  }

  /** Of all attempts: one that failed is billed too. */
  Usage usage() {
    return voided.plus(message.usage());
  }

  @Override
  public void on(StreamEvent event) {
    message.add(event);
    switch (event) {
      case StreamEvent.TextDelta(var index, var text) -> {
        took(text.length());
        listener.on(new AgentEvent.TextDelta(text));
      }
      case StreamEvent.ThinkingDelta(var index, var thinking) -> {
        took(thinking.length());
        listener.on(new AgentEvent.ThinkingDelta(thinking));
      }
      case StreamEvent.InputJsonDelta(var index, var piece) -> {
        took(piece.length());
        tellInput(index, piece);
      }
      case StreamEvent.ContentBlockStart start -> started(start);
      case StreamEvent.MessageStart start -> stayWithinAllowance();
      case StreamEvent.MessageDelta delta when !isLast(delta) -> stayWithinAllowance();
      default -> {}
    }
  }

  private void took(int characters) {
    this.characters += characters;
    long tokens = this.characters / CHARACTERS_PER_TOKEN;
    if (tokens > question.allowance().outputTokens()) {
      throw new OverspentException();
    }
  }

  private void stayWithinAllowance() {
    if (!expenses.covers(question.allowance(), usage())) {
      throw new OverspentException();
    }
  }

  /** With its stop reason the message is whole but for its end, and stopping it saves nothing. */
  private static boolean isLast(StreamEvent.MessageDelta delta) {
    return delta.delta().find("stop_reason").filter(RawJson::isString).isPresent();
  }

  private void started(StreamEvent.ContentBlockStart start) {
    if (early != null && !start.block().type().equals("fallback")) {
      startEarly(early, lastBlock);
    }
    lastBlock = start.index();
    if (start.block() instanceof ToolUse) {
      tellInput(start.index(), "");
    }
  }

  /** A call that is followed by another block is whole; more than the run may make do not start. */
  private void startEarly(EarlyCalls early, int index) {
    if (message.started(index).orElse(null) instanceof ToolUse begun
        && early.takes(begun.name())
        && expenses.allowsCalls(++calls)
        && message.closed(index).orElse(null) instanceof ToolUse use) {
      early.start(use);
    }
  }

  /** Only of our own tools' calls; those of server tools are not for us to show as calls. */
  private void tellInput(int index, String piece) {
    var input = message.input(index);
    if (input != null && message.started(index).orElse(null) instanceof ToolUse use) {
      listener.on(new AgentEvent.ToolInputDelta(use.id(), use.name(), piece, input));
    }
  }

  /** No tool with an effect starts before its message is whole, so that each turn can. */
  @Override
  public boolean mayStartOver() {
    return true;
  }

  @Override
  public void onRetry(int attempt, Duration wait, RuntimeException cause) {
    startOver();
    listener.on(new AgentEvent.TurnRetried(question.turn(), attempt, wait, cause));
    stayWithinAllowance();
  }

  /** What came until now is void, and paid for. */
  void startOver() {
    voided = usage();
    message = new MessageAccumulator();
    characters = voided.outputTokens() * CHARACTERS_PER_TOKEN;
    lastBlock = 0;
    calls = 0;
    if (early != null) {
      early.startOver();
    }
  }
}
