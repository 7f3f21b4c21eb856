package dev.millrace.temporal;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.PartialJson;
import dev.millrace.agent.tool.ApprovalRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the live news of a run back into its events, in the order in which they were told: news
 * that comes twice, or from an attempt that was given up, is left out, and a new attempt of a turn
 * voids what was told of it. For one thread.
 */
final class LiveEvents {
  private final RunListener listener;
  private final Map<String, Seen> steps = new HashMap<>();
  private final Map<String, ToolUse> uses = new HashMap<>();
  private final Map<String, PartialJson> inputs = new HashMap<>();

  private record Seen(int attempt, long sequence) {}

  LiveEvents(RunListener listener) {
    this.listener = listener;
  }

  void take(Delta delta) {
    var seen = steps.get(delta.step());
    if (seen != null
        && (delta.attempt() < seen.attempt()
            || delta.attempt() == seen.attempt() && delta.sequence() <= seen.sequence())) {
      return;
    }
    if (seen != null && delta.attempt() > seen.attempt()) {
      startOver(delta);
    }
    steps.put(delta.step(), new Seen(delta.attempt(), delta.sequence()));
    tell(Json.of(delta.event()));
  }

  private void startOver(Delta delta) {
    if (delta.step().startsWith("m/")) {
      inputs.clear();
      int turn = Integer.parseInt(delta.step().substring(2));
      var cause = new IllegalStateException("the worker that asked the model was lost");
      listener.on(new AgentEvent.TurnRetried(turn, delta.attempt(), Duration.ZERO, cause));
    }
  }

  private void tell(Json event) {
    switch (event.string("event")) {
      case "turn_started" -> listener.on(new AgentEvent.TurnStarted(event.count("turn")));
      case "text_delta" -> listener.on(new AgentEvent.TextDelta(event.string("text")));
      case "thinking_delta" -> listener.on(new AgentEvent.ThinkingDelta(event.string("thinking")));
      case "tool_input_delta" -> listener.on(input(event));
      case "message_completed" -> {
        inputs.clear();
        listener.on(new AgentEvent.MessageCompleted(event.count("turn"), message(event)));
      }
      case "tool_started" -> {
        var use = new ToolUse(id(event), event.string("name"), event.get("input"));
        uses.put(use.id(), use);
        listener.on(new AgentEvent.ToolStarted(use));
      }
      case "tool_progress" ->
          listener.on(new AgentEvent.ToolProgress(use(event), event.string("text")));
      case "tool_finished" -> {
        var took = millis(event, "duration_ms");
        listener.on(new AgentEvent.ToolFinished(use(event), result(event), took));
        uses.remove(id(event));
      }
      case "approval_requested" -> {
        var use = new ToolUse(id(event), event.string("name"), event.get("input"));
        var request = new ApprovalRequest(use, event.string("reason"));
        listener.on(new AgentEvent.ApprovalRequested(request));
      }
      case "turn_retried" -> {
        inputs.clear();
        var cause = new IllegalStateException(event.string("cause"));
        listener.on(
            new AgentEvent.TurnRetried(
                event.count("turn"), event.count("attempt"), millis(event, "delay_ms"), cause));
      }
      default -> {} // of no use to those who watch from outside, or of a later version
    }
  }

  private static String id(Json event) {
    return event.string("tool_use_id");
  }

  private AgentEvent input(Json event) {
    var input = inputs.computeIfAbsent(id(event), id -> new PartialJson());
    var piece = event.string("partial_json");
    input.append(piece);
    return new AgentEvent.ToolInputDelta(id(event), event.string("name"), piece, input);
  }

  /** The call as it started; known by its name alone to those who came late. */
  private ToolUse use(Json event) {
    return uses.computeIfAbsent(
        id(event), id -> new ToolUse(id, event.string("name"), RawJson.EMPTY_OBJECT));
  }

  private static ToolResult result(Json event) {
    return new ToolResult(id(event), blocks(event), event.is("is_error"), RawJson.EMPTY_OBJECT);
  }

  private static MessageResponse message(Json event) {
    var usage = event.inner("usage");
    return new MessageResponse(
        event.string("id"),
        event.string("model"),
        blocks(event),
        new StopReason(event.string("stop_reason")),
        "",
        new Usage(
            usage.number("input_tokens"),
            usage.number("output_tokens"),
            usage.number("cache_creation_input_tokens"),
            0,
            usage.number("cache_read_input_tokens"),
            0,
            true),
        RawJson.EMPTY_OBJECT);
  }

  private static List<ContentBlock> blocks(Json event) {
    return event.list("content").stream().map(ContentBlock::of).toList();
  }

  private static Duration millis(Json event, String name) {
    var millis = new BigDecimal(event.get(name).text());
    return Duration.ofNanos(millis.movePointRight(6).longValue());
  }
}
