package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What one request is answered with: a message, an error or raw bytes, and how they are delivered.
 *
 * <p>What is said comes first ({@code Reply.thinks("...").calls("get_weather", "{}")}), then the
 * faults on its way ({@code .cutAfterEvent(3, Cut.RST)}). Replies are immutable and may be used for
 * any number of requests; ids that are not given are new each time. Numbers of bytes count the body
 * before HTTP chunking; a fault placed at or past the end of the body happens at its end.
 */
public sealed interface Reply permits MessageReply, ErrorReply, RawReply, DeliveredReply {

  /** A message with one text block, one delta an argument. */
  static MessageReply says(String... deltas) {
    return message().says(deltas);
  }

  /** A message that starts with a thinking block, one delta an argument; see {@link #says}. */
  static MessageReply thinks(String... deltas) {
    return message().thinks(deltas);
  }

  /** A message that calls a tool with this JSON as input, under a new id. */
  static MessageReply calls(String name, String inputJson) {
    return message().calls(name, inputJson);
  }

  /** A message that calls a tool with this JSON as input, under the given id. */
  static MessageReply calls(String id, String name, String inputJson) {
    return message().calls(id, name, inputJson);
  }

  /** A message without content, to which content may be added. */
  static MessageReply message() {
    return MessageReply.EMPTY;
  }

  /** An API error: its JSON body carries the request id of the response. */
  static Reply error(int status, String type, String message) {
    return new ErrorReply(status, type, message);
  }

  /** Any body under any status. */
  static Reply status(int status, String contentType, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new RawReply(status, contentType, List.of(bytes), false);
  }

  /** A recorded event stream, sent as it is in the file. */
  static Reply recorded(Path events) {
    try {
      return bytes(RawReply.EVENT_STREAM, Files.readAllBytes(events));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the recorded stream " + events, e);
    }
  }

  /** A body of these bytes, sent chunked with status 200, an event (if it holds such) a chunk. */
  static Reply bytes(String contentType, byte[] body) {
    return new RawReply(200, contentType, SseFrames.split(body), true);
  }

  /**
   * A body that is made while it is sent, an element a chunk; it may be endless. The iterable is
   * asked for a new iterator by each request.
   */
  static Reply bytes(String contentType, Iterable<byte[]> body) {
    return new RawReply(200, contentType, body, true);
  }

  /** An event stream of hand-made events, each the JSON of one; its {@code type} names it. */
  static Reply events(String... json) {
    List<byte[]> frames = Arrays.stream(json).map(SseFrames::frame).toList();
    return new RawReply(200, RawReply.EVENT_STREAM, frames, true);
  }

  /** The same with another status. */
  default Reply withStatus(int status) {
    return DeliveredReply.of(this, delivery -> delivery.withStatus(status));
  }

  /** The same with a response header; a header of that name which the server would send goes. */
  default Reply header(String name, String value) {
    return DeliveredReply.of(this, delivery -> delivery.withHeader(name, value));
  }

  /** The same under another content type. */
  default Reply contentType(String contentType) {
    return header("content-type", contentType);
  }

  /** Ends the connection when this many bytes of the body have been sent. */
  default Reply cutAt(long bytes, Cut cut) {
    return DeliveredReply.of(this, d -> d.withStop(Delivery.Stop.cut(bytes, -1, cut)));
  }

  /** Ends the connection when this many events (0: the headers only) have been sent. */
  default Reply cutAfterEvent(int events, Cut cut) {
    return DeliveredReply.of(this, d -> d.withStop(Delivery.Stop.cut(Long.MAX_VALUE, events, cut)));
  }

  /** Falls silent after this many bytes of the body, until the client leaves. */
  default Reply stallAt(long bytes) {
    return DeliveredReply.of(this, d -> d.withStop(Delivery.Stop.stall(bytes, -1)));
  }

  /** Falls silent after this many events (0: the headers only), until the client leaves. */
  default Reply stallAfterEvent(int events) {
    return DeliveredReply.of(this, d -> d.withStop(Delivery.Stop.stall(Long.MAX_VALUE, events)));
  }

  /** Sends nothing at all, until the client leaves. */
  default Reply stallBeforeHeaders() {
    return DeliveredReply.of(this, Delivery::withoutHeaders);
  }

  /** Sends the whole body but not its end, and keeps the connection until the client leaves. */
  default Reply holdOpenAfterEnd() {
    return stallAt(Long.MAX_VALUE);
  }

  /** Sends pings for ever where the reply stalls, or after the first event when it does not. */
  default Reply pingsForEver(Duration interval) {
    return DeliveredReply.of(this, delivery -> delivery.withPings(interval));
  }

  /**
   * Sends an {@code error} event after this many events, and then ends the stream; an answer that
   * is no stream stays as it is.
   */
  default Reply errorEventAfter(int events, String type, String message) {
    return DeliveredReply.of(this, d -> d.withError(events, type, message));
  }

  /** Sends so many bytes at a time, with a pause after each piece. */
  default Reply drip(int bytes, Duration interval) {
    return DeliveredReply.of(
        this, d -> d.withPieces(new Delivery.Sizes(List.of(bytes))).withInterval(interval));
  }

  /** Pauses after each event; with {@link #split}, after each piece. */
  default Reply pace(Duration interval) {
    return DeliveredReply.of(this, d -> d.withInterval(interval));
  }

  /** Sends pieces of these sizes, each in its own write; the last size holds for the rest. */
  default Reply split(int... sizes) {
    return DeliveredReply.of(
        this, d -> d.withPieces(new Delivery.Sizes(Arrays.stream(sizes).boxed().toList())));
  }

  /** Sends pieces of 1 to {@code largest} bytes; the same seed gives the same pieces. */
  default Reply splitRandomly(long seed, int largest) {
    return DeliveredReply.of(this, d -> d.withPieces(new Delivery.RandomSizes(seed, largest)));
  }
}
