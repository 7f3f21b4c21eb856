package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.stream.StreamEvents;
import java.io.IOException;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpPost;

/** One streamed message: the attempts to get it, and the waits between them. */
final class Call {
  private static final int MAX_STALE = 2;

  private final ClientSettings settings;
  private final Transport transport;
  private final Watchdog watchdog;
  private final RequestHeaders headers;
  private final RequestBody body;
  private final CancelSignal cancel;
  private final StreamListener listener;
  private final long began;
  private boolean delivered;

  Call(
      ClientSettings settings,
      Transport transport,
      Watchdog watchdog,
      MessageRequest request,
      CancelSignal cancel,
      StreamListener listener) {
    this.settings = settings;
    this.transport = transport;
    this.watchdog = watchdog;
    this.headers = new RequestHeaders(settings, request.betas());
    this.body = RequestBody.of(request, settings);
    this.cancel = cancel;
    this.listener = listener;
    this.began = settings.clockwork().nanoTime().getAsLong();
  }

  void run(Retries retries) {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(new Failures(settings, attempt));
        return;
      } catch (ApiException | IncompleteStreamException failure) {
        if (delivered) {
          throw failure;
        }
        var wait = retries.waitAfter(failure, attempt);
        listener.onRetry(attempt + 1, wait, failure);
        pause(wait, new Failures(settings, attempt), failure);
      }
    }
  }

  private void pause(Duration wait, Failures failures, RuntimeException failure) {
    try (var watch = watchdog.watch(settings.timeouts(), began, cancel)) {
      watch.pause(settings.clockwork().pause(), wait);
      watch
          .stop()
          .ifPresent(stop -> {
            throw failures.stopped(stop, failure);
          });
    }
  }

  private void attempt(Failures failures) {
    try (var watch = watchdog.watch(settings.timeouts(), began, cancel);
        var answer = send(watch, failures)) {
      receive(answer, watch, failures);
      answer.finish();
    }
  }

  private Exchange send(Watch watch, Failures failures) {
    for (int stale = 0; ; stale++) {
      var exchange = new Exchange(post(), watch);
      try {
        transport.send(exchange);
        return exchange;
      } catch (IOException | IllegalStateException e) {
        exchange.close();
        if (e instanceof IllegalStateException illegal && watch.stop().isEmpty()) {
          throw illegal;
        }
        boolean again = exchange.mayHaveBeenStale() && stale < MAX_STALE && watch.stop().isEmpty();
        if (!again || Thread.currentThread().isInterrupted()) {
          throw failures.unanswered(e, watch);
        }
        // The server closed a connection that it had promised to keep. The others are as old.
        transport.dropIdle();
      }
    }
  }

  private HttpPost post() {
    var post = new HttpPost(settings.baseUri().messagesPath());
    headers.addTo(post);
    post.setEntity(body);
    return post;
  }

  /** The way of a byte from the socket to the listener. */
  private void receive(Exchange answer, Watch watch, Failures failures) {
    var progress = new Progress(answer.requestId());
    try {
      var bytes = new Answers(settings, failures).eventStream(answer);
      var parser = new SseParser(bytes);
      var events = new StreamEvents();
      while (parser.next()) {
        var event = events.read(parser);
        if (event instanceof StreamEvent.Error error) {
          throw failures.errorEvent(error, answer.requestId());
        }
        checkNotStopped(watch, failures);
        progress.seen(event.type());
        hand(event, watch);
        if (event instanceof StreamEvent.MessageStop) {
          return;
        }
      }
      throw progress.incomplete("the server ended it", null);
    } catch (IOException e) {
      throw failures.broken(e, watch, progress);
    }
  }

  private static void checkNotStopped(Watch watch, Failures failures) {
    var stop = watch.stop();
    if (stop.isPresent()) {
      throw failures.stopped(stop.get(), null);
    }
  }

  private void hand(StreamEvent event, Watch watch) {
    if (!(event instanceof StreamEvent.Ping)) {
      delivered = true;
      if (!(event instanceof StreamEvent.Unknown)) {
        watch.progressed();
      }
    }
    listener.on(event);
  }
}
