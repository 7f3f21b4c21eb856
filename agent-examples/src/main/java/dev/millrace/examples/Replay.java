package dev.millrace.examples;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvents;
import dev.millrace.agent.stream.StreamException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads a recorded stream, as {@code curl} saves it, and prints the message that it holds. The
 * argument is a file; without one a small recording of our own is read. Ends with 4 when the
 * recording holds no whole message.
 */
public final class Replay {
  private Replay() {}

  /** Reads, prints and ends the process. */
  public static void main(String[] args) {
    try (var in = open(args)) {
      print(read(in));
    } catch (IOException | StreamException e) {
      System.err.println("No message: " + e);
      System.exit(4);
    }
  }

  private static InputStream open(String[] args) throws IOException {
    return args.length > 0
        ? Files.newInputStream(Path.of(args[0]))
        : Objects.requireNonNull(Replay.class.getResourceAsStream("replay.sse"));
  }

  /** The way of a byte: server-sent events, stream events, a message. */
  private static MessageResponse read(InputStream in) throws IOException {
    var parser = new SseParser(in);
    var events = new StreamEvents();
    var message = new MessageAccumulator();
    while (!message.isComplete() && parser.next()) {
      message.add(events.read(parser));
    }
    if (!message.isComplete()) {
      throw new StreamException("the recording ends before message_stop");
    }
    return message.response();
  }

  private static void print(MessageResponse message) {
    System.out.println(message.model() + ", " + message.id());
    for (ContentBlock block : message.content()) {
      System.out.println(block.json());
    }
    System.out.println("stop_reason " + message.stopReason().value() + ", " + message.usage());
  }
}
