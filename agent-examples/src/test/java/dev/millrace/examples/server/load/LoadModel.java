package dev.millrace.examples.server.load;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model that writes tokens at a steady pace, each of them the time at which it was written:
 * {@code LoadModel PORT TOKENS_A_SECOND TOKENS}. Prints how many streams are open and how many
 * tokens were written, ten times a second while that changes.
 */
final class LoadModel {
  private static final AtomicLong WRITTEN = new AtomicLong();
  private static final String START =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",\
      "model":"load","content":[],"stop_reason":null,"stop_sequence":null,\
      "usage":{"input_tokens":10,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      """;
  private static final String END =
      """
      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
      "usage":{"output_tokens":20}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private LoadModel() {}

  public static void main(String[] args) throws InterruptedException {
    var pace = Duration.ofNanos(1_000_000_000L / Integer.parseInt(args[1]));
    int tokens = Integer.parseInt(args[2]);
    var reply = Reply.bytes("text/event-stream", () -> new Answer(tokens)).pace(pace);
    var server =
        MessagesServer.builder()
            .port(Integer.parseInt(args[0]))
            .withoutRules()
            .keepRequests(1)
            .start(request -> reply);
    System.out.println(server.baseUri());
    long before = -1;
    for (long now = 0; ; now = WRITTEN.get()) {
      int open = server.openConnections();
      if (now != before) {
        System.out.println(System.currentTimeMillis() + " open " + open + " written " + now);
      }
      before = now;
      Thread.sleep(100);
    }
  }

  private static final class Answer implements Iterator<byte[]> {
    private final int tokens;
    private int next = -1;

    Answer(int tokens) {
      this.tokens = tokens;
    }

    @Override
    public boolean hasNext() {
      return next <= tokens;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int number = next++;
      if (number < 0) {
        return START.getBytes(StandardCharsets.UTF_8);
      }
      if (number == tokens) {
        return END.getBytes(StandardCharsets.UTF_8);
      }
      WRITTEN.incrementAndGet();
      return """
      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"@%d "}}

      """
          .formatted(System.nanoTime())
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
