package dev.millrace.agent;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.client.StreamListener;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.tool.PreparedCall;
import dev.millrace.agent.tool.ToolCalls;
import dev.millrace.agent.tool.ToolObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The bodies of the steps: they ask the model, call tools and tell the listener. For one run. */
final class LiveSteps implements Steps {
  private final MessagesClient client;
  private final Requests requests;
  private final ToolCalls toolCalls;
  private final RunListener listener;
  private final CancelSignal cancel;
  private final Map<String, Object> attributes;
  private final long startedAt = System.nanoTime();
  private Optional<String> containerId = Optional.empty();

  LiveSteps(
      MessagesClient client,
      Requests requests,
      ToolCalls toolCalls,
      RunListener listener,
      CancelSignal cancel,
      Map<String, Object> attributes) {
    this.client = client;
    this.requests = requests;
    this.toolCalls = toolCalls;
    this.listener = listener;
    this.cancel = cancel;
    this.attributes = attributes;
  }

  @Override
  public Asked ask(int turn, Transcript transcript) {
    var attempt = new Attempt(turn);
    try {
      if (isCancelled()) {
        return asked(null, attempt, null);
      }
      listener.on(new AgentEvent.TurnStarted(turn));
      client.stream(requests.next(transcript, containerId), cancel, attempt);
      var response = attempt.message.response();
      containerId = response.containerId().or(() -> containerId);
      listener.on(new AgentEvent.MessageCompleted(turn, response));
      return asked(response, attempt, null);
    } catch (CancellationException e) {
      // One that nobody asked for is the listener's own, and a failure like any other.
      return asked(null, attempt, isCancelled() ? null : e);
    } catch (RuntimeException | Error e) {
      return asked(null, attempt, e);
    }
  }

  private Asked asked(
      @Nullable MessageResponse response, Attempt attempt, @Nullable Throwable failure) {
    return new Asked(response, attempt.usage(), elapsed(), failure);
  }

  @Override
  public Called call(int turn, List<ToolUse> uses) {
    try {
      var calls = toolCalls.prepare(uses);
      var paused = calls.stream().filter(PreparedCall.Paused.class::isInstance).toList();
      if (paused.isEmpty()) {
        var outcome = toolCalls.run(calls, attributes, new Observer(), cancel);
        return new Called(outcome.results(), isCancelled(), elapsed(), outcome.fatal());
      }
      for (var call : paused) {
        var reason = ((PreparedCall.Paused) call).reason();
        listener.on(new AgentEvent.ApprovalRequested(call.use(), reason));
      }
      return new Called(List.of(), false, elapsed(), null);
    } catch (RuntimeException | Error e) {
      return new Called(List.of(), false, elapsed(), e);
    }
  }

  private boolean isCancelled() {
    return cancel.isCancelled() || Thread.currentThread().isInterrupted();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  /** The message of one turn as it arrives, perhaps at a second attempt. */
  private final class Attempt implements StreamListener {
    private final int turn;
    private MessageAccumulator message = new MessageAccumulator();
    private Usage voided = Usage.NONE;

    Attempt(int turn) {
      this.turn = turn;
    }

    @Override
    public void on(StreamEvent event) {
      message.add(event);
      switch (event) {
        case StreamEvent.TextDelta(var index, var text) ->
            listener.on(new AgentEvent.TextDelta(text));
        case StreamEvent.ThinkingDelta(var index, var thinking) ->
            listener.on(new AgentEvent.ThinkingDelta(thinking));
        case StreamEvent.InputJsonDelta(var index, var piece) -> tellInput(index, piece);
        case StreamEvent.ContentBlockStart(var index, var block) -> {
          if (block instanceof ToolUse) {
            tellInput(index, "");
          }
        }
        default -> {}
      }
    }

    /** Only of our own tools' calls; those of server tools are not for us to show as calls. */
    private void tellInput(int index, String piece) {
      var input = message.input(index);
      if (input != null && message.started(index).orElse(null) instanceof ToolUse use) {
        listener.on(new AgentEvent.ToolInputDelta(use.id(), use.name(), piece, input));
      }
    }

    /** Of all attempts: one that failed is billed too. */
    Usage usage() {
      return voided.plus(message.usage());
    }

    @Override
    public void onRetry(int attempt, Duration wait, RuntimeException cause) {
      voided = usage();
      message = new MessageAccumulator();
      listener.on(new AgentEvent.TurnRetried(turn, attempt, wait, cause));
    }
  }

  /** Tells what happens to calls. */
  private final class Observer implements ToolObserver {
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
