package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.stream.StreamEvents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers of the API as bytes. */
public final class Streams {
  private static final int PIECE = 20;

  private Streams() {}

  /** A text in so many deltas of about four characters. */
  public static byte[] text(int deltas) {
    var out = start();
    event(
        out,
        "content_block_start",
        "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
    for (int i = 0; i < deltas; i++) {
      var text = i % 9 == 0 ? "\\n- x" : " wor" + i % 10;
      delta(out, "text_delta", "text", text);
    }
    return end(out, "end_turn");
  }

  /** A call that writes a file of so many characters, in pieces of twenty. */
  public static byte[] input(int characters) {
    var content = RawJson.ofString("A line of \"code\".\n".repeat(characters / 18));
    return call("toolu_1", "write_file", RawJson.object(Map.of("content", content)).text());
  }

  /** A call with this input, in pieces of twenty characters. */
  public static byte[] call(String id, String name, String input) {
    var out = start();
    event(
        out,
        "content_block_start",
        "\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{}}"
            .formatted(id, name));
    for (int at = 0; at < input.length(); at += PIECE) {
      var piece =
          RawJson.ofString(input.substring(at, Math.min(at + PIECE, input.length()))).text();
      delta(out, "input_json_delta", "partial_json", piece.substring(1, piece.length() - 1));
    }
    return end(out, "tool_use");
  }

  /** The events of an answer. */
  public static List<StreamEvent> events(byte[] answer) {
    var parser = new SseParser(new ByteArrayInputStream(answer));
    var reader = new StreamEvents();
    var events = new ArrayList<StreamEvent>();
    try {
      while (parser.next()) {
        events.add(reader.read(parser));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  private static StringBuilder start() {
    var out = new StringBuilder();
    event(
        out,
        "message_start",
        "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
            + "\"model\":\"claude-opus-5-5\",\"content\":[],\"stop_reason\":null,"
            + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}");
    return out;
  }

  private static void delta(StringBuilder out, String type, String member, String value) {
    event(
        out,
        "content_block_delta",
        "\"index\":0,\"delta\":{\"type\":\"%s\",\"%s\":\"%s\"}".formatted(type, member, value));
  }

  private static byte[] end(StringBuilder out, String stopReason) {
    event(out, "content_block_stop", "\"index\":0");
    event(
        out,
        "message_delta",
        "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":20}"
            .formatted(stopReason));
    out.append("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    return out.toString().getBytes(UTF_8);
  }

  private static void event(StringBuilder out, String type, String members) {
    out.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type).append("\",");
    out.append(members).append("}\n\n");
  }
}
