package dev.millrace.spring.sample;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.feed.EventFeed;
import dev.millrace.agent.feed.EventFeeds;
import dev.millrace.agent.feed.FeedFormat;
import dev.millrace.agent.message.Transcript;
import dev.millrace.spring.FeedResponses;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Conversations of one question. */
@RestController
class Chats {
  private final AgentRunner runner;
  private final EventFeeds feeds;

  Chats(AgentRunner.Builder builder, EventFeeds feeds) {
    this.runner = builder.build();
    this.feeds = feeds;
  }

  @PostMapping("/chats/{id}")
  SseEmitter ask(@PathVariable String id, @RequestBody String question) {
    var feed =
        feeds.start(
            id,
            (listener, cancel) ->
                runner.run(
                    Transcript.of(question), listener, RunOptions.DEFAULT.cancelledBy(cancel)));
    return FeedResponses.emitter(feed, FeedFormat.EVENTS);
  }

  @GetMapping("/chats/{id}")
  SseEmitter events(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
    return FeedResponses.emitter(find(id), FeedFormat.EVENTS, lastEventId);
  }

  @DeleteMapping("/chats/{id}")
  void cancel(@PathVariable String id) {
    find(id).cancel();
  }

  private EventFeed find(String id) {
    return feeds
        .find(id)
        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no chat " + id));
  }

  /** The same as functional endpoints. */
  @Configuration
  static class Functional {
    @Bean
    RouterFunction<ServerResponse> texts(EventFeeds feeds) {
      return RouterFunctions.route()
          .GET(
              "/texts/{id}",
              request ->
                  FeedResponses.response(
                      feeds.find(request.pathVariable("id")).orElseThrow(), FeedFormat.TEXT))
          .GET(
              "/functional/{id}",
              request ->
                  FeedResponses.response(
                      feeds.find(request.pathVariable("id")).orElseThrow(),
                      FeedFormat.EVENTS,
                      request.headers().firstHeader("Last-Event-ID")))
          .build();
    }
  }
}
