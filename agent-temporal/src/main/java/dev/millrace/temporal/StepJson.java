package dev.millrace.temporal;

import dev.millrace.agent.Allowance;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunProgress;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What crosses the border between the loop and its steps, as JSON and back. */
final class StepJson {
  private StepJson() {}

  static RawJson allowance(Allowance allowance) {
    return new Json()
        .put("max_tokens", allowance.maxTokens())
        .put("output_tokens", allowance.outputTokens())
        .put("cost_usd", allowance.costUsd().toString())
        .put("reserved_usd", allowance.reservedUsd().toString())
        .object();
  }

  static Allowance allowance(Json json) {
    return new Allowance(
        json.count("max_tokens"),
        json.number("output_tokens"),
        new BigDecimal(json.string("cost_usd")),
        new BigDecimal(json.string("reserved_usd")));
  }

  static RawJson usage(Usage usage) {
    return new Json()
        .put("input_tokens", usage.inputTokens())
        .put("output_tokens", usage.outputTokens())
        .put("cache_creation_input_tokens", usage.cacheCreationInputTokens())
        .put("cache_creation_1h_input_tokens", usage.cacheCreation1hInputTokens())
        .put("cache_read_input_tokens", usage.cacheReadInputTokens())
        .put("web_search_requests", usage.webSearchRequests())
        .put("reported", usage.reported())
        .object();
  }

  static Usage usage(Json json) {
    return new Usage(
        json.number("input_tokens"),
        json.number("output_tokens"),
        json.number("cache_creation_input_tokens"),
        json.number("cache_creation_1h_input_tokens"),
        json.number("cache_read_input_tokens"),
        json.number("web_search_requests"),
        json.is("reported"));
  }

  static RawJson response(MessageResponse response) {
    return new Json()
        .put("id", response.id())
        .put("model", response.model())
        .put("content", response.content().stream().map(ContentBlock::json).toList())
        .put("problems", problems(response.content()))
        .put("stop_reason", response.stopReason().value())
        .put("stop_sequence", response.stopSequence())
        .put("usage", usage(response.usage()))
        .put("envelope", response.envelope())
        .object();
  }

  /** Why calls must not be run, which is not part of their blocks; null for all other blocks. */
  static List<RawJson> problems(List<? extends ContentBlock> blocks) {
    var problems = new ArrayList<RawJson>();
    for (var block : blocks) {
      var problem = block instanceof ToolUse use ? use.problem() : null;
      problems.add(problem == null ? RawJson.parse("null") : RawJson.ofString(problem));
    }
    return problems;
  }

  static List<ContentBlock> blocks(List<RawJson> blocks, List<RawJson> problems) {
    var read = new ArrayList<ContentBlock>();
    for (var json : blocks) {
      var block = ContentBlock.of(json);
      var problem = problems.get(read.size());
      read.add(
          block instanceof ToolUse use && problem.isString()
              ? new ToolUse(use.id(), use.name(), use.input(), use.other(), problem.asString())
              : block);
    }
    return read;
  }

  static MessageResponse response(Json json) {
    return new MessageResponse(
        json.string("id"),
        json.string("model"),
        blocks(json.list("content"), json.list("problems")),
        new StopReason(json.string("stop_reason")),
        json.string("stop_sequence"),
        usage(json.inner("usage")),
        json.get("envelope"));
  }

  static ToolUse use(RawJson json) {
    if (ContentBlock.of(json) instanceof ToolUse use) {
      return use;
    }
    throw new IllegalArgumentException("expected a tool_use");
  }

  static ToolResult result(RawJson json) {
    if (ContentBlock.of(json) instanceof ToolResult result) {
      return result;
    }
    throw new IllegalArgumentException("expected a tool_result");
  }

  static Json progress(RunProgress progress) {
    return new Json()
        .put("from", progress.from())
        .put("elapsed_ms", progress.elapsed().toMillis())
        .put("turns", progress.turns())
        .put("tool_calls", progress.toolCalls())
        .put("cuts_in_a_row", progress.cutsInARow())
        .put("continuations_in_a_row", progress.continuationsInARow())
        .put("usage", usage(progress.usage()));
  }

  static RunProgress progress(Json json, Transcript transcript) {
    return new RunProgress(
        transcript,
        json.count("from"),
        Duration.ofMillis(json.number("elapsed_ms")),
        json.count("turns"),
        json.count("tool_calls"),
        json.count("cuts_in_a_row"),
        json.count("continuations_in_a_row"),
        usage(json.inner("usage")));
  }

  static byte[] ended(RunResult result, TranscriptPlace place) {
    var json =
        new Json()
            .put("outcome", result.outcome().name())
            .put("detail", result.detail())
            .put("transcript", place.json())
            .put("usage", usage(result.usage()))
            .put("turns", result.turns())
            .put("stop_reason", result.stopReason().value())
            .put("text", result.text());
    result.cost().ifPresent(cost -> json.put("cost_usd", cost.toString()));
    return json.bytes();
  }

  static RunResult ended(byte[] bytes, TranscriptStore store) {
    var json = Json.parse(bytes);
    return new RunResult(
        RunOutcome.valueOf(json.string("outcome")),
        json.string("detail"),
        store.read(TranscriptPlace.of(json.inner("transcript"))),
        usage(json.inner("usage")),
        cost(json.find("cost_usd")),
        json.count("turns"),
        new StopReason(json.string("stop_reason")),
        json.string("text"),
        List.of());
  }

  private static @Nullable BigDecimal cost(Optional<RawJson> json) {
    return json.map(RawJson::asString).map(BigDecimal::new).orElse(null);
  }
}
