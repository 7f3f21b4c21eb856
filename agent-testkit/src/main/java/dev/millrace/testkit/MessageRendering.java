package dev.millrace.testkit;

import dev.millrace.testkit.MessageReply.Part;
import dev.millrace.testkit.MessageReply.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One message as it goes to one client: its ids are fixed, its usage is known. */
final class MessageRendering {
  private final MessageReply reply;
  private final List<Part> parts;
  private final String id;
  private final String model;
  private final TokenUsage usage;

  MessageRendering(MessageReply reply, Ids ids, String requestedModel, int requestBytes) {
    this.reply = reply;
    this.id = reply.id == null ? ids.next("msg") : reply.id;
    this.model = reply.model == null ? requestedModel : reply.model;
    this.parts = reply.parts.stream().map(part -> identified(part, ids)).toList();
    this.usage = reply.usage.input() < 0 ? estimated(requestBytes) : reply.usage;
  }

  private static Part identified(Part part, Ids ids) {
    return switch (part) {
      case Part.Thinking(String signature, var deltas) when signature == null ->
          new Part.Thinking(ids.nextSignature(), deltas);
      case Part.Call(String id, var name, var input, var fragments) when id == null ->
          new Part.Call(ids.next("toolu"), name, input, fragments);
      default -> part;
    };
  }

  // Four bytes a token is near enough for a screen; who counts gives the counts.
  private TokenUsage estimated(int requestBytes) {
    return new TokenUsage(1 + requestBytes / 4, 1 + contentJson().length() / 4, 0, 0);
  }

  /** Returns the frames of the stream, from message_start to message_stop. */
  List<byte[]> frames() {
    var frames = new ArrayList<byte[]>();
    frames.add(frame("message_start", "\"message\":" + messageJson("[]", true)));
    int index = 0;
    for (Part part : parts) {
      if (part instanceof Part.Event(String name, String json)) {
        frames.add(SseFrames.frame(name, json));
      } else {
        addBlock(frames, part, index++);
      }
    }
    frames.add(frame("message_delta", "\"delta\":{" + ending() + "},\"usage\":" + finalUsage()));
    frames.add(SseFrames.frame("message_stop", "{\"type\":\"message_stop\"}"));
    return frames;
  }

  /** Returns the whole message as one JSON object. */
  String json() {
    return messageJson(contentJson(), false);
  }

  /** Returns the content blocks as a JSON array, as a client should send them back. */
  String contentJson() {
    return arrayOf(this::blockJson);
  }

  /** Returns the content without the inputs of its calls, which may be anything but JSON. */
  String thoughtJson() {
    return arrayOf(part -> part instanceof Part.Call call ? callJson(call, "{}") : blockJson(part));
  }

  private String arrayOf(Function<Part, String> block) {
    return parts.stream()
        .filter(part -> !(part instanceof Part.Event))
        .map(block)
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Returns whether it holds thinking, which a client must not change. */
  boolean thinks() {
    return parts.stream()
        .anyMatch(part ->
            part instanceof Part.Thinking
                || (part instanceof Part.Block(String json) && json.contains("redacted_thinking")));
  }

  private String messageJson(String content, boolean started) {
    String end = started ? "\"stop_reason\":null,\"stop_sequence\":null" : ending();
    return "{\"id\":%s,\"type\":\"message\",\"role\":\"assistant\",\"model\":%s,\"content\":%s,%s,\"usage\":%s}"
        .formatted(JsonText.quote(id), JsonText.quote(model), content, end, usageJson(started));
  }

  private String ending() {
    var ending = reply.ending;
    String reason = ending.stopReason() == null ? defaultStopReason() : ending.stopReason();
    String json =
        "\"stop_reason\":%s,\"stop_sequence\":%s"
            .formatted(JsonText.quote(reason), quoteOrNull(ending.stopSequence()));
    return ending.stopDetailsJson() == null
        ? json
        : json + ",\"stop_details\":" + ending.stopDetailsJson();
  }

  private String defaultStopReason() {
    return parts.stream().anyMatch(Part.Call.class::isInstance) ? "tool_use" : "end_turn";
  }

  private String usageJson(boolean started) {
    return """
    {"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,\
    "cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":0},\
    "output_tokens":%d,"service_tier":"standard"}\
    """
        .formatted(
            usage.input(),
            usage.cacheCreation(),
            usage.cacheRead(),
            usage.cacheCreation(),
            started ? Math.min(1, usage.output()) : usage.output());
  }

  private String finalUsage() {
    return """
    {"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,\
    "output_tokens":%d}\
    """
        .formatted(usage.input(), usage.cacheCreation(), usage.cacheRead(), usage.output());
  }

  private void addBlock(List<byte[]> frames, Part part, int index) {
    String at = "\"index\":" + index;
    frames.add(frame("content_block_start", at + ",\"content_block\":" + startJson(part)));
    for (String delta : deltas(part)) {
      frames.add(frame("content_block_delta", at + ",\"delta\":" + delta));
    }
    frames.add(frame("content_block_stop", at));
  }

  private String startJson(Part part) {
    return switch (part) {
      case Part.Text ignored -> "{\"type\":\"text\",\"text\":\"\"}";
      case Part.Thinking ignored -> "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
      case Part.Call call -> callJson(call, "{}");
      case Part.Block(String json) -> json;
      case Part.Event(var name, var json) -> json;
    };
  }

  private List<String> deltas(Part part) {
    return switch (part) {
      case Part.Text(var deltas) -> deltas.stream().map(d -> delta("text", "text", d)).toList();
      case Part.Thinking(var signature, var deltas) -> {
        var json = new ArrayList<String>();
        deltas.forEach(d -> json.add(delta("thinking", "thinking", d)));
        json.add(delta("signature", "signature", Objects.requireNonNull(signature)));
        yield json;
      }
      case Part.Call call ->
          fragments(call).stream().map(f -> delta("input_json", "partial_json", f)).toList();
      case Part.Block ignored -> List.of();
      case Part.Event ignored -> List.of();
    };
  }

  private List<String> fragments(Part.Call call) {
    String input = call.input();
    if (input == null) {
      return call.fragments();
    }
    var fragments = new ArrayList<String>();
    fragments.add(""); // the API's first input delta is empty
    for (int from = 0; from < input.length(); ) {
      int to = Math.min(input.length(), from + reply.fragmentSize);
      if (to < input.length() && Character.isHighSurrogate(input.charAt(to - 1))) {
        to++;
      }
      fragments.add(input.substring(from, to));
      from = to;
    }
    return fragments;
  }

  private String blockJson(Part part) {
    return switch (part) {
      case Part.Text(var deltas) ->
          "{\"type\":\"text\",\"text\":" + JsonText.quote(String.join("", deltas)) + "}";
      case Part.Thinking(var signature, var deltas) ->
          "{\"type\":\"thinking\",\"thinking\":%s,\"signature\":%s}"
              .formatted(
                  JsonText.quote(String.join("", deltas)),
                  JsonText.quote(Objects.requireNonNull(signature)));
      case Part.Call call -> callJson(call, wholeInput(call));
      case Part.Block(String json) -> json;
      case Part.Event(var name, var json) -> json;
    };
  }

  private static String wholeInput(Part.Call call) {
    String input = call.input() == null ? String.join("", call.fragments()) : call.input();
    return input.isBlank() ? "{}" : input;
  }

  private static String callJson(Part.Call call, String input) {
    return "{\"type\":\"tool_use\",\"id\":%s,\"name\":%s,\"input\":%s,\"caller\":{\"type\":\"direct\"}}"
        .formatted(
            JsonText.quote(Objects.requireNonNull(call.id())), JsonText.quote(call.name()), input);
  }

  private static String delta(String kind, String field, String value) {
    return "{\"type\":\"" + kind + "_delta\",\"" + field + "\":" + JsonText.quote(value) + "}";
  }

  private static byte[] frame(String type, String rest) {
    return SseFrames.frame(type, "{\"type\":\"" + type + "\"," + rest + "}");
  }

  private static String quoteOrNull(@Nullable String text) {
    return text == null ? "null" : JsonText.quote(text);
  }
}
