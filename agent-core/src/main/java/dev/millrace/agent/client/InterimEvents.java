package dev.millrace.agent.client;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvent;

/** Reads events by their tree. */
final class InterimEvents {
  StreamEvent read(SseParser parser) {
    var json = RawJson.parseRepairing(parser.data());
    var node = json.node();
    int index = node.path("index").asInt(0);
    return switch (node.path("type").asString(parser.name())) {
      case "message_start" ->
          new StreamEvent.MessageStart(
              node.path("message").path("id").asString(""),
              node.path("message").path("model").asString(""),
              Usage.of(node.path("message").path("usage")),
              json.member("message"));
      case "content_block_start" ->
          new StreamEvent.ContentBlockStart(index, ContentBlock.of(json.member("content_block")));
      case "content_block_stop" -> new StreamEvent.ContentBlockStop(index);
      case "content_block_delta" -> delta(index, json.member("delta"));
      case "message_delta" ->
          new StreamEvent.MessageDelta(
              json.member("delta"),
              node.has("usage") ? json.member("usage") : RawJson.EMPTY_OBJECT,
              json);
      case "message_stop" -> new StreamEvent.MessageStop();
      case "ping" -> new StreamEvent.Ping();
      case "error" ->
          new StreamEvent.Error(
              node.path("error").path("type").asString("unknown"),
              node.path("error").path("message").asString(""),
              json);
      case String other -> new StreamEvent.Unknown(other, json);
    };
  }

  private static StreamEvent delta(int index, RawJson delta) {
    var node = delta.node();
    return switch (node.path("type").asString("")) {
      case "text_delta" -> new StreamEvent.TextDelta(index, node.path("text").asString(""));
      case "thinking_delta" ->
          new StreamEvent.ThinkingDelta(index, node.path("thinking").asString(""));
      case "input_json_delta" ->
          new StreamEvent.InputJsonDelta(index, node.path("partial_json").asString(""));
      case "signature_delta" ->
          new StreamEvent.SignatureDelta(index, node.path("signature").asString(""));
      case "citations_delta" -> new StreamEvent.CitationsDelta(index, delta.member("citation"));
      case String other -> new StreamEvent.UnknownDelta(index, other, delta);
    };
  }
}
