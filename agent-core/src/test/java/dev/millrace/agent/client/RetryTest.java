package dev.millrace.agent.client;

import static dev.millrace.agent.client.Fixture.CANARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

  private HttpMessagesClient client(MessagesServer server) {
    return HttpMessagesClient.builder()
        .baseUri(server.baseUri())
        .apiKey(CANARY)
        .clockwork(Fixture.noWaits(waits, 1.0))
        .build();
  }

  private static Reply error(int status) {
    return Reply.error(status, "some_error", "no luck");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 429, 500, 502, 503, 504, 529})
  @Tag("F01")
  void triesPassingStatusesTwiceMoreWithDoubledWaits(int status) {
    try (var server = MessagesServer.start(request -> error(status));
        var client = client(server)) {
      var failure = catchThrowableOfType(ApiException.class, () -> Fixture.stream(client));
      assertThat(failure.status()).hasValue(status);
      assertThat(failure.isRetryable()).isTrue();
      assertThat(failure.attempts()).isEqualTo(3);
      assertThat(failure).hasMessageContaining("maxRetries");
      assertThat(server.requestCount()).isEqualTo(3);
      assertThat(waits).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 451})
  @Tag("F01")
  void triesLastingStatusesOnce(int status) {
    try (var server = MessagesServer.start(request -> error(status).header("retry-after", "1"));
        var client = client(server)) {
      var failure = catchThrowableOfType(ApiException.class, () -> Fixture.stream(client));
      assertThat(failure.status()).hasValue(status);
      assertThat(failure.isRetryable()).isFalse();
      assertThat(failure.attempts()).isOne();
      assertThat(server.requestCount()).isOne();
      assertThat(waits).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "retry-after, 2, 2000",
    "retry-after, 0.5, 500",
    "retry-after, 60, 60000",
    "retry-after, 'Sun, 22 Nov 2026 12:00:02 GMT', 2000",
    "retry-after-ms, 200, 200",
    "retry-after-ms, 1500.5, 1500",
  })
  @Tag("F01")
  void waitsAsLongAsTheServerAsks(String header, String value, long millis) {
    for (int status : new int[] {408, 409, 429, 500, 502, 503, 504, 529}) {
      waits.clear();
      var failing =
          error(status).header(header, value).header("date", "Sun, 22 Nov 2026 12:00:00 GMT");
      try (var server = MessagesServer.start(Script.of(failing, Reply.says("Hi")));
          var client = Fixture.client(server).clockwork(Fixture.noWaits(waits, 0.0)).build()) {
        assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
        assertThat(waits).extracting(Duration::toMillis).containsExactly(millis);
        server.verify();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-5",
        "0",
        "NaN",
        "Infinity",
        "-Infinity",
        "soon",
        "Sun, 22 Nov 2020 12:00:00 GMT",
        "1e300",
        " "
      })
  @Tag("F02")
  void choosesItsOwnWaitWhenTheServersMakesNoSense(String value) {
    try (var server =
            MessagesServer.start(
                Script.of(error(529).header("retry-after", value), Reply.says("Hi")));
        var client = client(server)) {
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(waits).containsExactly(Duration.ofMillis(500));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "61, 61",
    "3600, 3600",
    "1e9, 1000000000",
    "1000000000000, 1000000000000",
    "'Thu, 01 Jan 2099 00:00:00 GMT', 2275560000"
  })
  @Tag("F02")
  void givesUpAtOnceWhenTheServerAsksForTooLongAWait(String value, String seconds) {
    var failing =
        error(429).header("retry-after", value).header("date", "Sun, 22 Nov 2026 12:00:00 GMT");
    try (var server = MessagesServer.start(request -> failing);
        var client = client(server)) {
      var failure = catchThrowableOfType(RateLimitException.class, () -> Fixture.stream(client));
      assertThat(failure)
          .hasMessageContaining("asks to wait " + seconds + " s")
          .hasMessageContaining("maxRetryAfter");
      assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(Long.parseLong(seconds)));
      assertThat(server.requestCount()).isOne();
      assertThat(waits).isEmpty();
    }
  }

  @Test
  @Tag("F02")
  void takesTheFirstOfTwoWaits() {
    for (var first : List.of("2", "soon")) {
      waits.clear();
      var answer =
          "HTTP/1.1 529 Busy\r\nretry-after: %s\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n"
              .formatted(first);
      try (var server = RawServer.answering(answer);
          var client =
              Fixture.client(server.baseUri()).clockwork(Fixture.noWaits(waits, 0.0)).build()) {
        assertThat(catchThrowable(() -> Fixture.stream(client)))
            .isInstanceOf(OverloadedException.class);
        var wait = first.equals("2") ? Duration.ofSeconds(2) : Duration.ZERO;
        assertThat(waits).containsExactly(wait, wait);
      }
    }
  }

  @Test
  @Tag("F12")
  void countsADateFromTheServersOwnClock() {
    var failing =
        error(503)
            .header("date", "Wed, 01 Jan 2020 00:00:00 GMT")
            .header("retry-after", "Wed, 01 Jan 2020 00:00:02 GMT");
    try (var server = MessagesServer.start(Script.of(failing, Reply.says("Hi")));
        var client = Fixture.client(server).clockwork(Fixture.noWaits(waits, 0.0)).build()) {
      Fixture.stream(client);
      assertThat(waits).containsExactly(Duration.ofSeconds(2));
    }
  }

  @Test
  @Tag("F01")
  void obeysTheServersWordOnTryingAgainBeforeAllElse() {
    try (var no = MessagesServer.start(request -> error(529).header("x-should-retry", "false"));
        var client = client(no)) {
      assertThat(catchThrowable(() -> Fixture.stream(client)))
          .isInstanceOf(OverloadedException.class);
      assertThat(no.requestCount()).isOne();
    }
    var yes = error(400).header("x-should-retry", "true");
    try (var server = MessagesServer.start(Script.of(yes, Reply.says("Hi")));
        var client = client(server)) {
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"enforced_spend_limit_reached", "contract_spend_limit_reached"})
  @Tag("F03")
  void neverTriesASpendLimitAgain(String code) {
    var body =
        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"limit\","
            + "\"details\":{\"error_code\":\""
            + code
            + "\"}},\"request_id\":\"req_1\"}";
    try (var server = MessagesServer.start(request -> Reply.status(429, "application/json", body));
        var client = client(server)) {
      var failure = catchThrowableOfType(RateLimitException.class, () -> Fixture.stream(client));
      assertThat(failure.errorCode()).isEqualTo(code);
      assertThat(failure.isRetryable()).isFalse();
      assertThat(server.requestCount()).isOne();
    }
  }

  @Test
  @Tag("F10")
  void sendsTheSameBytesAgainAndTellsTheListenerWhy() {
    try (var server = MessagesServer.start(Script.of(error(529), error(500), Reply.says("Hi")));
        var client = client(server)) {
      var noted = Fixture.stream(client);
      assertThat(noted.causes)
          .hasExactlyElementsOfTypes(OverloadedException.class, OverloadedException.class);
      assertThat(noted.waits).isEqualTo(waits);
      var requests = server.requests();
      assertThat(requests).hasSize(3);
      assertThat(requests).allMatch(r -> Arrays.equals(r.bytes(), requests.getFirst().bytes()));
      assertThat(requests).allMatch(r -> r.headers().equals(requests.getFirst().headers()));
    }
  }

  @Test
  @Tag("A16")
  void triesAgainWhenTheAnswerBreaksBeforeItsFirstEvent() {
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.says("a").cutAfterEvent(0, Cut.FIN),
                    Reply.says("b").cutAfterEvent(0, Cut.RST),
                    Reply.says("c")));
        var client = client(server)) {
      assertThat(Fixture.stream(client).text()).isEqualTo("c");
      server.verify();
    }
  }

  @Test
  @Tag("B13")
  void triesAgainWhenTheFirstEventIsAPassingError() {
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.says("a").errorEventAfter(0, "overloaded_error", "Overloaded"),
                    Reply.events("{\"type\":\"ping\"}").errorEventAfter(1, "api_error", "Oh"),
                    Reply.says("c")));
        var client = client(server)) {
      assertThat(Fixture.stream(client).text()).isEqualTo("c");
      server.verify();
    }
  }

  @Test
  void neverTriesAgainOnceAnEventWasHandedOver() {
    for (int events = 1; events < 6; events++) {
      var cut = Reply.says("a", "b").cutAfterEvent(events, Cut.FIN);
      var overloaded =
          Reply.says("a", "b").errorEventAfter(events, "overloaded_error", "Overloaded");
      for (var reply : List.of(cut, overloaded)) {
        try (var server = MessagesServer.start(request -> reply);
            var client = client(server)) {
          assertThat(catchThrowable(() -> Fixture.stream(client)))
              .isInstanceOfAny(OverloadedException.class, IncompleteStreamException.class);
          assertThat(server.requestCount()).isOne();
        }
      }
    }
  }

  @Test
  @Tag("F04")
  void cancellingEndsAWaitAtOnce() throws Exception {
    var cancel = new Cancellation();
    var failing = error(529).header("retry-after", "59");
    try (var server = MessagesServer.start(request -> failing);
        var client = Fixture.client(server).build()) {
      StreamListener cancelling =
          new StreamListener() {
            @Override
            public void on(StreamEvent event) {}

            @Override
            public void onRetry(int attempt, Duration wait, RuntimeException cause) {
              assertThat(wait).isGreaterThanOrEqualTo(Duration.ofSeconds(59));
              Thread.ofVirtual().start(cancel::cancel);
            }
          };
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> client.stream(Fixture.request(), cancel, cancelling))
          .withCauseInstanceOf(OverloadedException.class);
      assertThat(server.requestCount()).isOne();
    }
  }

  @Test
  @Tag("F04")
  void interruptingEndsAWaitAndLeavesTheFlagSet() throws Exception {
    var waiting = new CountDownLatch(1);
    var outcome = new AtomicReference<Throwable>();
    var failing = error(529).header("retry-after", "59");
    try (var server = MessagesServer.start(request -> failing);
        var client = Fixture.client(server).build()) {
      StreamListener telling =
          new StreamListener() {
            @Override
            public void on(StreamEvent event) {}

            @Override
            public void onRetry(int attempt, Duration wait, RuntimeException cause) {
              waiting.countDown();
            }
          };
      var thread =
          Thread.ofPlatform()
              .start(() -> {
                outcome.set(
                    catchThrowable(
                        () -> client.stream(Fixture.request(), CancelSignal.NEVER, telling)));
                if (!Thread.currentThread().isInterrupted()) {
                  outcome.set(new AssertionError("the interrupt flag was lost"));
                }
              });
      waiting.await();
      thread.interrupt();
      assertThat(thread.join(Fixture.SOON)).isTrue();
      assertThat(outcome.get()).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  @Tag("F05")
  void manyRunsShareOneBudgetOfRetries() throws Exception {
    int runs = 200;
    var policy = RetryPolicy.DEFAULT.withWaits(Duration.ZERO, Duration.ZERO);
    try (var server = MessagesServer.builder().refusalsExpected().start(request -> error(429));
        var client = Fixture.client(server).retryPolicy(policy).build();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var failures = Collections.synchronizedList(new ArrayList<Throwable>());
      for (int run = 0; run < runs; run++) {
        threads.execute(() -> failures.add(catchThrowable(() -> Fixture.stream(client))));
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).hasSize(runs).allMatch(RateLimitException.class::isInstance);
      // 20 to start with, a tenth of the requests, one a second: far from the 400 asked for.
      assertThat(server.requestCount()).isBetween(runs + 20, runs + 100);
      assertThat(failures).anyMatch(failure -> failure.toString().contains("budget"));
    }
  }
}
