package dev.millrace.agent.faults;

import java.util.List;

/** Streams of the common kinds, for where there are no recorded ones. */
final class OwnStreams {
  static final String START =
      "{'type':'message_start','message':{'id':'msg_1','type':'message','role':'assistant',"
          + "'model':'m','content':[],'usage':{'input_tokens':7,'output_tokens':1}}}";
  private static final String PING = "{'type':'ping'}";
  static final String STOP = "{'type':'message_stop'}";

  private OwnStreams() {}

  static List<CutStream> all() {
    return List.of(text(), thinkingAndText(), twoCalls(), textAndCall());
  }

  private static CutStream text() {
    return CutStream.made(
        "text",
        START,
        begin(0, "{'type':'text','text':''}"),
        PING,
        delta(0, "'type':'text_delta','text':'It rains '"),
        delta(0, "'type':'text_delta','text':'in Oslo.'"),
        close(0),
        end("end_turn"),
        STOP);
  }

  private static CutStream thinkingAndText() {
    return CutStream.made(
        "thinking and text",
        START,
        begin(0, "{'type':'thinking','thinking':'','signature':''}"),
        delta(0, "'type':'thinking_delta','thinking':'Where is '"),
        delta(0, "'type':'thinking_delta','thinking':'that?'"),
        delta(0, "'type':'signature_delta','signature':'c2lnbmVk'"),
        close(0),
        begin(1, "{'type':'text','text':''}"),
        delta(1, "'type':'text_delta','text':'In Norway.'"),
        close(1),
        end("end_turn"),
        STOP);
  }

  private static CutStream twoCalls() {
    return CutStream.made(
        "two calls",
        START,
        begin(0, "{'type':'tool_use','id':'toolu_1','name':'read','input':{}}"),
        delta(0, "'type':'input_json_delta','partial_json':'{\\'path\\':'"),
        delta(0, "'type':'input_json_delta','partial_json':'\\'a\\'}'"),
        close(0),
        begin(1, "{'type':'tool_use','id':'toolu_2','name':'list','input':{}}"),
        delta(1, "'type':'input_json_delta','partial_json':'{}'"),
        close(1),
        end("tool_use"),
        STOP);
  }

  private static CutStream textAndCall() {
    return CutStream.made(
        "text and a call",
        START,
        begin(0, "{'type':'text','text':''}"),
        delta(0, "'type':'text_delta','text':'Let me look.'"),
        close(0),
        begin(1, "{'type':'tool_use','id':'toolu_3','name':'read','input':{}}"),
        delta(1, "'type':'input_json_delta','partial_json':''"),
        delta(1, "'type':'input_json_delta','partial_json':'{\\'path\\':\\'b\\'}'"),
        close(1),
        end("tool_use"),
        STOP);
  }

  static String begin(int index, String block) {
    return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
  }

  static String delta(int index, String members) {
    return "{'type':'content_block_delta','index':" + index + ",'delta':{" + members + "}}";
  }

  static String close(int index) {
    return "{'type':'content_block_stop','index':" + index + "}";
  }

  static String end(String stopReason) {
    return "{'type':'message_delta','delta':{'stop_reason':'"
        + stopReason
        + "'},'usage':{'output_tokens':9}}";
  }
}
