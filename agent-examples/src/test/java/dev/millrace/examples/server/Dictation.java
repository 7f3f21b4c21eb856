package dev.millrace.examples.server;

import dev.millrace.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A message whose pieces come when the test says them, so that the test knows where it is. */
final class Dictation {
  private static final JsonMapper JSON = new JsonMapper();
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
  private int index = -1;
  private String stopReason = "end_turn";

  Dictation() {
    var message =
        JSON.readTree(
            """
            {"type": "message_start", "message": {"id": "msg_1", "type": "message",
             "role": "assistant", "model": "dictated", "content": [], "stop_reason": null,
             "stop_sequence": null, "usage": {"input_tokens": 10, "output_tokens": 1}}}
            """);
    frame((ObjectNode) message);
  }

  /** What the model's server answers with. It may be given once. */
  Reply reply() {
    // With a pause, however short, nothing is kept back to be sent with what comes next.
    return Reply.bytes("text/event-stream", this::pieces).pace(Duration.ofNanos(1));
  }

  private Iterator<byte[]> pieces() {
    return new Iterator<>() {
      private byte @Nullable [] next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = take();
        }
        return next.length > 0;
      }

      @Override
      public byte[] next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        var given = Objects.requireNonNull(next);
        next = null;
        return given;
      }
    };
  }

  private byte[] take() {
    try {
      return frames.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return END;
    }
  }

  Dictation say(String text) {
    if (index < 0) {
      begin("{\"type\": \"text\", \"text\": \"\"}");
    }
    return delta("text_delta", "text", text);
  }

  Dictation call(String id, String name) {
    endBlock();
    stopReason = "tool_use";
    begin(
        "{\"type\": \"tool_use\", \"id\": \"%s\", \"name\": \"%s\", \"input\": {}}"
            .formatted(id, name));
    return this;
  }

  Dictation input(String partialJson) {
    return delta("input_json_delta", "partial_json", partialJson);
  }

  private void begin(String block) {
    index++;
    var start = event("content_block_start").put("index", index);
    start.set("content_block", JSON.readTree(block));
    frame(start);
  }

  private Dictation delta(String type, String member, String piece) {
    var event = event("content_block_delta").put("index", index);
    event.putObject("delta").put("type", type).put(member, piece);
    frame(event);
    return this;
  }

  private void endBlock() {
    if (index >= 0) {
      frame(event("content_block_stop").put("index", index));
    }
  }

  /** Ends the message. */
  void end() {
    endBlock();
    var delta = event("message_delta");
    delta.putObject("delta").put("stop_reason", stopReason).putNull("stop_sequence");
    delta.putObject("usage").put("output_tokens", 20);
    frame(delta);
    frame(event("message_stop"));
    frames.add(END);
  }

  /** Ends the stream in the middle of the message. */
  void breakOff() {
    frames.add(END);
  }

  private static ObjectNode event(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private void frame(ObjectNode event) {
    var text = "event: %s\ndata: %s\n\n".formatted(event.path("type").asString(), event);
    frames.add(text.getBytes(StandardCharsets.UTF_8));
  }
}
