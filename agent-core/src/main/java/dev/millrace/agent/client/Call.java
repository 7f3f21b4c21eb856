package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import java.io.IOException;
import java.time.Duration;

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
  private final AnswerReader reader;
  private final long began;

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
    this.body = RequestBody.of(request, settings.version(), settings.maxRequestBytes());
    this.cancel = cancel;
    this.listener = listener;
    this.reader = new AnswerReader(settings, listener);
    this.began = settings.clockwork().nanoTime().getAsLong();
  }

  void run(Retries retries) {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(new Failures(settings, attempt));
        return;
      } catch (ApiException | IncompleteStreamException failure) {
        if (reader.hasHandedOver() && !mayStartOver()) {
          throw failure;
        }
        var wait = retries.waitAfter(failure, attempt);
        listener.onRetry(attempt + 1, wait, failure);
        pause(wait, new Failures(settings, attempt), failure);
      }
    }
  }

  private boolean mayStartOver() {
    return settings.retryPolicy().scope() == RetryPolicy.Scope.WHOLE_TURN
        && listener.mayStartOver();
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
      reader.read(answer, watch, failures);
      answer.finish();
    }
  }

  private Exchange send(Watch watch, Failures failures) {
    for (int stale = 0; ; stale++) {
      var exchange = new Exchange(settings.baseUri().messagesPath(), watch);
      headers.addTo(exchange.post());
      exchange.post().setEntity(body);
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
}
