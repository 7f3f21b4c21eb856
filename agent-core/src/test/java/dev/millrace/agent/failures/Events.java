package dev.millrace.agent.failures;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.agent.message.RawJson;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;

/** Event streams made by hand, for what no good server sends. Single quotes stand for double. */
final class Events {
  static final String START = start("msg_1");
  static final String STOP = "{\"type\":\"message_stop\"}";
  static final String TEXT_BLOCK = "{'type':'text','text':''}";
  static final String CALL_BLOCK = "{'type':'tool_use','id':'toolu_1','name':'write','input':{}}";

  private Events() {}

  static String start(String id) {
    return json(
        "{'type':'message_start','message':{'id':'"
            + id
            + "','type':'message','role':'assistant','model':'m','content':[],"
            + "'usage':{'input_tokens':7,'output_tokens':1}}}");
  }

  static String block(int index, String block) {
    return json(
        "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}");
  }

  static String delta(int index, String delta) {
    return json("{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}");
  }

  static String text(int index, String piece) {
    return member(index, "text_delta", "text", piece);
  }

  static String thinking(int index, String piece) {
    return member(index, "thinking_delta", "thinking", piece);
  }

  static String input(int index, String piece) {
    return member(index, "input_json_delta", "partial_json", piece);
  }

  private static String member(int index, String type, String name, String text) {
    return "{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"%s\",\"%s\":%s}}"
        .formatted(index, type, name, RawJson.ofString(text).text());
  }

  static String close(int index) {
    return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
  }

  static String end(String stopReason) {
    return json(
        "{'type':'message_delta','delta':{'stop_reason':'"
            + stopReason
            + "'},'usage':{'output_tokens':9}}");
  }

  /** The events of a message with this text. */
  static List<String> says(String text) {
    return List.of(START, block(0, TEXT_BLOCK), text(0, text), close(0), end("end_turn"), STOP);
  }

  /** The events of a message that calls {@code write} with this input. */
  static List<String> calls(String input) {
    return List.of(START, block(0, CALL_BLOCK), input(0, input), close(0), end("tool_use"), STOP);
  }

  /** The list without the event at an index. */
  static List<String> without(int index, List<String> events) {
    var rest = new ArrayList<>(events);
    rest.remove(index);
    return rest;
  }

  /** The list with another event before the one at an index. */
  static List<String> with(int index, String event, List<String> events) {
    var more = new ArrayList<>(events);
    more.add(index, event);
    return more;
  }

  static Reply reply(List<String> events) {
    return Reply.events(events.toArray(String[]::new));
  }

  /** Frames without names, as some servers send them. */
  static String unnamed(List<String> events) {
    return "data: " + String.join("\n\ndata: ", events) + "\n\n";
  }

  /** A stream of any text. */
  static Reply stream(String text) {
    return stream(text.getBytes(UTF_8));
  }

  static Reply stream(byte[] bytes) {
    return Reply.bytes("text/event-stream", bytes);
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }
}
