package dev.millrace.spring;

import dev.millrace.agent.feed.EventFeed;
import dev.millrace.agent.feed.FeedFormat;
import dev.millrace.agent.feed.FeedReader;
import dev.millrace.agent.feed.Frame;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Runs as responses of Spring MVC, for the methods of controllers and for functional endpoints:
 * both send what {@link EventFeed#writeTo} would, from a virtual thread of their own and for as
 * long as the run takes. A client that leaves is noticed by the next event or heartbeat.
 *
 * <pre>{@code
 * @GetMapping("/chats/{id}/events")
 * SseEmitter events(@PathVariable String id,
 *     @RequestHeader(name = "Last-Event-ID", required = false) String lastEventId) {
 *   return FeedResponses.emitter(feeds.find(id).orElseThrow(), FeedFormat.EVENTS, lastEventId);
 * }
 * }</pre>
 */
public final class FeedResponses {
  private static final Logger LOG = LoggerFactory.getLogger(FeedResponses.class);

  private FeedResponses() {}

  private interface Client {
    void send(Frame frame) throws IOException;
  }

  /**
   * The events of a run as the result of a controller's method.
   *
   * @param lastEventId what the client sent; null for a snapshot and what comes after it
   * @throws ResponseStatusException with 400 when that was never the id of an event
   */
  public static SseEmitter emitter(
      EventFeed feed, FeedFormat format, @Nullable String lastEventId) {
    return send(feed, reader(feed, format, lastEventId));
  }

  /** All events of a run from the first as the result of a controller's method. */
  public static SseEmitter emitter(EventFeed feed, FeedFormat format) {
    return send(feed, feed.read(format));
  }

  /** The events of a run as the response of a functional endpoint, see {@link #emitter}. */
  public static ServerResponse response(
      EventFeed feed, FeedFormat format, @Nullable String lastEventId) {
    return respond(feed, reader(feed, format, lastEventId));
  }

  /** All events of a run from the first as the response of a functional endpoint. */
  public static ServerResponse response(EventFeed feed, FeedFormat format) {
    return respond(feed, feed.read(format));
  }

  private static FeedReader reader(
      EventFeed feed, FeedFormat format, @Nullable String lastEventId) {
    try {
      return feed.read(format, lastEventId);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
    }
  }

  private static SseEmitter send(EventFeed feed, FeedReader reader) {
    var emitter = new FeedEmitter();
    emitter.onCompletion(reader::close);
    start(feed, reader, emitter::send, emitter::complete);
    return emitter;
  }

  private static ServerResponse respond(EventFeed feed, FeedReader reader) {
    var response =
        ServerResponse.sse(
            sse -> {
              sse.onComplete(reader::close);
              start(feed, reader, frame -> send(sse, frame), sse::complete);
            },
            Duration.ZERO);
    return new FeedResponse(response);
  }

  private static void send(ServerResponse.SseBuilder sse, Frame frame) throws IOException {
    if (frame.isHeartbeat()) {
      sse.comment("").send();
    } else if (frame.id().isEmpty()) {
      sse.data(frame.data());
    } else {
      sse.id(frame.id()).data(frame.data());
    }
  }

  private static void start(EventFeed feed, FeedReader reader, Client client, Runnable complete) {
    Thread.ofVirtual()
        .name("millrace reader " + feed.id())
        .start(() -> {
          try (reader) {
            for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
              client.send(frame.get());
            }
            complete.run();
          } catch (IOException | IllegalStateException e) {
            // The response cannot be used any more, which only the container can know first.
            LOG.debug("A client of run {} has left", feed.id(), e);
          } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
          }
        });
  }
}
