package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.MessageResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Messages made of events. In the events of a test quotes are single. */
final class Accumulated {
  static final String START =
      "{'type':'message_start','message':{'id':'msg_1','type':'message','role':'assistant',"
          + "'model':'claude','content':[],'stop_reason':null,'stop_sequence':null,"
          + "'usage':{'input_tokens':10,'output_tokens':1}}}";
  static final String STOP = "{'type':'message_stop'}";

  private final MessageAccumulator message;

  private Accumulated(MessageAccumulator message) {
    this.message = message;
  }

  static Accumulated nothing() {
    return new Accumulated(new MessageAccumulator());
  }

  static Accumulated within(int maxBlocks, long maxCharacters) {
    return new Accumulated(new MessageAccumulator(maxBlocks, maxCharacters));
  }

  static Accumulated started() {
    return nothing().add(START);
  }

  Accumulated add(String... events) {
    for (var event : events) {
      var bytes = event.replace('\'', '"').getBytes(UTF_8);
      message.add(new StreamEvents().read(SseParser.UNNAMED, bytes, 0, bytes.length));
    }
    return this;
  }

  Accumulated block(int index, String block) {
    return add(
        "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}");
  }

  Accumulated delta(int index, String delta) {
    return add("{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}");
  }

  /** A piece of input, which may hold quotes of its own. */
  Accumulated input(int index, String piece) {
    message.add(new StreamEvent.InputJsonDelta(index, piece));
    return this;
  }

  Accumulated text(int index, String piece) {
    message.add(new StreamEvent.TextDelta(index, piece));
    return this;
  }

  Accumulated stop(int index) {
    return add("{'type':'content_block_stop','index':" + index + "}");
  }

  Accumulated end(String stopReason) {
    return add("{'type':'message_delta','delta':{'stop_reason':'" + stopReason + "'}}");
  }

  MessageAccumulator message() {
    return message;
  }

  MessageResponse response() {
    return add(STOP).message.response();
  }

  ContentBlock only() {
    return response().content().get(0);
  }

  static MessageAccumulator of(byte[] stream) {
    var message = new MessageAccumulator();
    try {
      var parser = new SseParser(new ByteArrayInputStream(stream));
      var events = new StreamEvents();
      while (parser.next()) {
        message.add(events.read(parser));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return message;
  }

  /** The message as one JSON object, as the API would have answered it without streaming. */
  static ObjectNode json(MessageResponse response) {
    var json = (ObjectNode) response.envelope().node();
    var content = JsonNodeFactory.instance.arrayNode();
    response.content().forEach(block -> content.add(block.json().node()));
    json.set("content", content);
    return json;
  }
}
