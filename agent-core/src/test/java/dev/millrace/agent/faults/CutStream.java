package dev.millrace.agent.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvents;
import dev.millrace.testkit.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The stream of one message, to be cut between its events.
 *
 * @param frames an event each, up to {@code message_stop}
 * @param usages what was reported before each of them, the whole message's last
 */
record CutStream(String name, List<byte[]> frames, List<Usage> usages, MessageResponse message) {

  /** A stream that was recorded, perhaps without the blank line at its end. */
  static CutStream recorded(String name, byte[] stream) {
    // In this charset a character is a byte, and back.
    var frames =
        (new String(stream, ISO_8859_1).stripTrailing() + "\n\n").split("(?<=\n\n)|(?<=\n\r\n)");
    return of(name, Arrays.stream(frames).map(frame -> frame.getBytes(ISO_8859_1)).toList());
  }

  /** A stream of these events, whose quotes are single. */
  static CutStream made(String name, String... events) {
    return of(name, Arrays.stream(events).map(CutStream::frame).toList());
  }

  static byte[] frame(String quoted) {
    return ("data: " + quoted.replace('\'', '"') + "\n\n").getBytes(UTF_8);
  }

  private static CutStream of(String name, List<byte[]> frames) {
    var message = new MessageAccumulator();
    var usages = new ArrayList<>(List.of(message.usage()));
    for (int i = 0; !message.isComplete(); i++) {
      add(frames.get(i), message);
      usages.add(message.usage());
    }
    var sent = List.copyOf(frames.subList(0, usages.size() - 1));
    return new CutStream(name, sent, usages, message.response());
  }

  private static void add(byte[] frame, MessageAccumulator message) {
    try {
      var parser = new SseParser(new ByteArrayInputStream(frame));
      var events = new StreamEvents();
      while (parser.next()) {
        message.add(events.read(parser));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At how many places it can be cut so that its end is missing. */
  int borders() {
    return frames.size();
  }

  List<String> tools() {
    return message.toolUses().stream().map(ToolUse::name).distinct().toList();
  }

  /**
   * How often each call is to be executed: as often as the message makes it, if it stops for it.
   */
  Map<String, Long> calls() {
    return message.toolUses().stream()
        .filter(use -> message.stopReason().equals(StopReason.TOOL_USE))
        .collect(groupingBy(use -> use.name() + " " + use.input().node(), counting()));
  }

  Reply whole() {
    return Reply.bytes("text/event-stream", frames);
  }

  @Override
  public String toString() {
    return name;
  }
}
