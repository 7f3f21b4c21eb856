package dev.millrace.agent.feed;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentEvent.ApprovalRequested;
import dev.millrace.agent.AgentEvent.MessageCompleted;
import dev.millrace.agent.AgentEvent.RunFinished;
import dev.millrace.agent.AgentEvent.RunStarted;
import dev.millrace.agent.AgentEvent.SessionResumed;
import dev.millrace.agent.AgentEvent.SubAgentEvent;
import dev.millrace.agent.AgentEvent.TextDelta;
import dev.millrace.agent.AgentEvent.ThinkingDelta;
import dev.millrace.agent.AgentEvent.ToolFinished;
import dev.millrace.agent.AgentEvent.ToolInputDelta;
import dev.millrace.agent.AgentEvent.ToolProgress;
import dev.millrace.agent.AgentEvent.ToolStarted;
import dev.millrace.agent.AgentEvent.TranscriptCompacted;
import dev.millrace.agent.AgentEvent.TurnRetried;
import dev.millrace.agent.AgentEvent.TurnStarted;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as a JSON object: {@code event} is its name in snake case, then come {@code turn} and
 * its members, under the API's names. What failures are told of is their kind, never their text.
 */
public final class EventJson {
  private static final RawJson NULL = RawJson.parse("null");

  private final Map<String, RawJson> members = new LinkedHashMap<>();

  private EventJson() {}

  /**
   * The JSON of an event.
   *
   * @param turn the turn that it belongs to, 0 before the first
   */
  public static RawJson of(AgentEvent event, int turn) {
    var json = new EventJson().put("event", SnakeCase.of(event.getClass()));
    if (turn > 0 && !(event instanceof RunFinished)) {
      json.put("turn", turn);
    }
    switch (event) {
      case RunStarted(var model) -> json.put("model", model);
      case SessionResumed(var id, var isChanged, var repairs) ->
          json.put("session_id", id)
              .put("is_changed", isChanged)
              .put("repairs", RawJson.array(repairs.stream().map(RawJson::ofString).toList()));
      case TurnStarted started -> {}
      case TextDelta(var text) -> json.put("text", text);
      case ThinkingDelta(var thinking) -> json.put("thinking", thinking);
      case ToolInputDelta delta ->
          json.put("tool_use_id", delta.toolUseId())
              .put("name", delta.toolName())
              .put("partial_json", delta.partialJson());
      case MessageCompleted(var number, var message) -> json.message(message);
      case ToolStarted(var use) -> json.call(use).put("input", use.input());
      case ToolProgress(var use, var text) -> json.call(use).put("text", text);
      case ToolFinished(var use, var result, var took) ->
          json.call(use)
              .put("is_error", result.isError())
              .put("text", result.text())
              .put("content", blocks(result.content()))
              .put("duration_ms", millis(took));
      case TurnRetried retried ->
          json.put("attempt", retried.attempt())
              .put("delay_ms", millis(retried.delay()))
              .put("cause", RunError.of(retried.cause()).type());
      case TranscriptCompacted(var number, var before, var after) ->
          json.put("messages_before", before).put("messages_after", after);
      case ApprovalRequested(var request) ->
          json.call(request.use())
              .put("input", request.use().input())
              .put("reason", request.reason())
              .put("call_hash", request.callHash());
      case SubAgentEvent(var path, var inner) ->
          json.put("path", path(path)).put("inner", of(inner, turn));
      case RunFinished(var result) -> json.result(result);
    }
    return json.json();
  }

  /** A run that ended without a result. */
  static RawJson failed(RunError error) {
    return new EventJson().put("event", "run_failed").put("error", error(error)).json();
  }

  private static RawJson error(RunError error) {
    return new EventJson().put("type", error.type()).put("message", error.message()).json();
  }

  /** These events at once, for a reader that has missed some of them. */
  static RawJson snapshot(List<RawJson> events, boolean isPartial) {
    return new EventJson()
        .put("event", "snapshot")
        .put("is_partial", isPartial)
        .put("events", RawJson.array(events))
        .json();
  }

  /** A piece of text in the plain format. */
  static RawJson text(String text) {
    return new EventJson().put("text", text).json();
  }

  private RawJson json() {
    return RawJson.object(members);
  }

  private static RawJson path(List<SubAgentEvent.Caller> path) {
    return RawJson.array(
        path.stream()
            .map(caller ->
                new EventJson()
                    .put("tool_use_id", caller.toolUseId())
                    .put("name", caller.toolName())
                    .json())
            .toList());
  }

  private static RawJson millis(Duration duration) {
    return number(BigDecimal.valueOf(duration.toNanos() / 1_000, 3));
  }

  private static RawJson number(Number number) {
    return RawJson.parse(number instanceof BigDecimal d ? d.toPlainString() : number.toString());
  }

  private static RawJson blocks(List<ContentBlock> blocks) {
    return RawJson.array(blocks.stream().map(ContentBlock::json).toList());
  }

  private EventJson call(ToolUse use) {
    return put("tool_use_id", use.id()).put("name", use.name());
  }

  private void message(MessageResponse message) {
    put("id", message.id())
        .put("model", message.model())
        .put("stop_reason", message.stopReason().value())
        .put("content", blocks(message.content()))
        .put("usage", usage(message.usage()));
  }

  private void result(RunResult result) {
    put("outcome", result.outcome().name().toLowerCase(Locale.ROOT))
        .put("detail", result.detail())
        .put("stop_reason", result.stopReason().value())
        .put("turns", result.turns())
        .put("text", result.text())
        .put("usage", usage(result.usage()))
        .put("cost_usd", result.cost().map(EventJson::number).orElse(NULL));
  }

  private static RawJson usage(Usage usage) {
    var json = new EventJson();
    json.put("input_tokens", usage.inputTokens())
        .put("output_tokens", usage.outputTokens())
        .put("cache_creation_input_tokens", usage.cacheCreationInputTokens())
        .put("cache_read_input_tokens", usage.cacheReadInputTokens());
    return json.json();
  }

  private EventJson put(String name, @Nullable RawJson value) {
    members.put(name, value == null ? NULL : value);
    return this;
  }

  private EventJson put(String name, String value) {
    return put(name, RawJson.ofString(value));
  }

  private EventJson put(String name, long value) {
    return put(name, number(value));
  }

  private EventJson put(String name, boolean value) {
    return put(name, RawJson.parse(Boolean.toString(value)));
  }
}
