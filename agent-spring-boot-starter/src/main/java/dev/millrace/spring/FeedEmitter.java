package dev.millrace.spring;

import dev.millrace.agent.feed.EventFeed;
import dev.millrace.agent.feed.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Sends frames, without an end of its own. */
final class FeedEmitter extends SseEmitter {
  private static final long NEVER = 0;
  private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

  FeedEmitter() {
    super(NEVER);
  }

  @Override
  protected void extendResponse(ServerHttpResponse response) {
    super.extendResponse(response);
    EventFeed.HEADERS.forEach(response.getHeaders()::set);
  }

  void send(Frame frame) throws IOException {
    var event = SseEmitter.event();
    if (frame.isHeartbeat()) {
      send(event.comment(""));
    } else {
      send((frame.id().isEmpty() ? event : event.id(frame.id())).data(frame.data(), TEXT));
    }
  }
}
