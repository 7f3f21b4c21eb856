package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.testkit.MessagesServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** What the tests of this package share: a small request, a listener that notes, quick clients. */
final class Fixture {
  static final String CANARY = "sk-canary-7f3a91c2d4e5";
  static final Duration SOON = Duration.ofSeconds(20);

  private Fixture() {}

  static MessageRequest request() {
    return request("Hello");
  }

  static MessageRequest request(String text) {
    return MessageRequest.to("claude-opus-5-5", 1024).build(List.of(Message.user(text)));
  }

  /** A client of that server with a key, which does not wait before it tries again. */
  static HttpMessagesClient.Builder client(MessagesServer server) {
    return client(server.baseUri());
  }

  static HttpMessagesClient.Builder client(URI baseUri) {
    return HttpMessagesClient.builder()
        .baseUri(baseUri)
        .apiKey(CANARY)
        .retryPolicy(RetryPolicy.DEFAULT.withWaits(Duration.ZERO, Duration.ZERO));
  }

  static HttpMessagesClient.Builder withoutRetries(MessagesServer server) {
    return client(server).retryPolicy(RetryPolicy.NONE);
  }

  static HttpMessagesClient.Builder withoutRetries(URI baseUri) {
    return client(baseUri).retryPolicy(RetryPolicy.NONE);
  }

  static Noted stream(MessagesClient client) {
    var noted = new Noted();
    client.stream(request(), CancelSignal.NEVER, noted);
    return noted;
  }

  /** The pool learns of an aborted connection a moment after the streaming thread does. */
  static void awaitNoneInUse(HttpMessagesClient client) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (client.connectionsInUse() > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(client.connectionsInUse() + " connections are still in use");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** A clock whose waits take no time and are noted; chance is always the given number. */
  static Clockwork noWaits(List<Duration> waits, double random) {
    return new Clockwork(
        System::nanoTime,
        InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z")),
        () -> random,
        (stopped, wait) -> waits.add(wait));
  }

  /** Notes what it is told. */
  static final class Noted implements StreamListener {
    final List<StreamEvent> events = new CopyOnWriteArrayList<>();
    final List<Duration> waits = new ArrayList<>();
    final List<RuntimeException> causes = new ArrayList<>();

    @Override
    public void on(StreamEvent event) {
      events.add(event);
    }

    @Override
    public void onRetry(int attempt, Duration wait, RuntimeException cause) {
      waits.add(wait);
      causes.add(cause);
    }

    String text() {
      var text = new StringBuilder();
      for (var event : events) {
        if (event instanceof StreamEvent.TextDelta delta) {
          text.append(delta.text());
        }
      }
      return text.toString();
    }

    List<String> types() {
      return events.stream().map(StreamEvent::type).toList();
    }
  }
}
