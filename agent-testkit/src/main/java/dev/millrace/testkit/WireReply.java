package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A reply in bytes, as it answers one request.
 *
 * @param frames the body, a frame an event
 * @param chunked whether it is sent chunked, or with its length
 */
record WireReply(
    int status,
    String contentType,
    String requestId,
    Iterable<byte[]> frames,
    boolean chunked,
    Delivery delivery) {

  static WireReply of(Reply reply, String requestId, Function<MessageReply, WireReply> messages) {
    return switch (reply) {
      case MessageReply message -> messages.apply(message);
      case ErrorReply error -> json(error.status(), requestId, error.json(requestId));
      case RawReply(int status, var type, var frames, boolean chunked) ->
          new WireReply(status, type, requestId, frames, chunked, Delivery.PLAIN);
      case DeliveredReply(Reply inner, Delivery delivery) ->
          of(inner, delivery.headers().getOrDefault("request-id", requestId), messages)
              .delivered(delivery);
    };
  }

  static WireReply json(int status, String requestId, String json) {
    List<byte[]> body = List.of(json.getBytes(UTF_8));
    return new WireReply(status, "application/json", requestId, body, false, Delivery.PLAIN);
  }

  private WireReply delivered(Delivery newDelivery) {
    int newStatus = newDelivery.status() == 0 ? status : newDelivery.status();
    var error = newDelivery.error();
    var sent = error == null || !chunked ? frames : failing(error);
    return new WireReply(newStatus, contentType, requestId, sent, chunked, newDelivery);
  }

  private Iterable<byte[]> failing(Delivery.ErrorEvent error) {
    var sent = new ArrayList<byte[]>();
    var all = frames.iterator();
    while (sent.size() < error.after() && all.hasNext()) {
      sent.add(all.next());
    }
    sent.add(SseFrames.error(error.type(), error.message()));
    return sent;
  }
}
