package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CancelTest {
  /** The threads that may stream. */
  enum Threads {
    PLATFORM,
    VIRTUAL;

    Thread unstarted(Runnable task) {
      return switch (this) {
        case PLATFORM -> Thread.ofPlatform().daemon().unstarted(task);
        case VIRTUAL -> Thread.ofVirtual().unstarted(task);
      };
    }
  }

  /** How a stream is ended. */
  private interface Ending {
    void end(Thread streaming, Cancellation cancel, HttpMessagesClient client);
  }

  /** What came of a stream that was ended, and whether its thread was left interrupted. */
  private record Outcome(Throwable thrown, boolean interrupted) {}

  private static Outcome ended(Threads threads, URI server, CountDownLatch reached, Ending ending)
      throws Exception {
    var cancel = new Cancellation();
    var outcome = new AtomicReference<Outcome>();
    try (var client =
        Fixture.client(server)
            .timeouts(Timeouts.DEFAULT.withConnect(Duration.ofMinutes(5)))
            .build()) {
      var thread =
          threads.unstarted(() -> {
            var thrown =
                catchThrowable(
                    () -> client.stream(Fixture.request(), cancel, event -> reached.countDown()));
            outcome.set(new Outcome(thrown, Thread.currentThread().isInterrupted()));
          });
      thread.start();
      reached.await();
      ending.end(thread, cancel, client);
      assertThat(thread.join(Fixture.SOON)).isTrue();
      Fixture.awaitNoneInUse(client);
    }
    return outcome.get();
  }

  private static Outcome endedInStall(Threads threads, Ending ending) throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("a", "b").stallAfterEvent(3))) {
      // Message start, block start, ping or delta: the read that follows is the one that blocks.
      var outcome = ended(threads, server.baseUri(), new CountDownLatch(3), ending);
      assertThat(server.requestCount()).isOne();
      server.awaitNoConnections(Fixture.SOON);
      return outcome;
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E07")
  void cancellingFromAnotherThreadEndsABlockedRead(Threads threads) throws Exception {
    var outcome = endedInStall(threads, (thread, cancel, client) -> cancel.cancel());
    assertThat(outcome.thrown())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the stream was cancelled");
    assertThat(outcome.interrupted()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E07")
  @Tag("I02")
  void interruptingEndsABlockedReadAndLeavesTheFlagSet(Threads threads) throws Exception {
    var outcome = endedInStall(threads, (thread, cancel, client) -> thread.interrupt());
    assertThat(outcome.thrown())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the thread that streamed was interrupted");
    assertThat(outcome.interrupted()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E07")
  void closingTheClientEndsABlockedRead(Threads threads) throws Exception {
    var outcome = endedInStall(threads, (thread, cancel, client) -> client.close());
    assertThat(outcome.thrown())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the client was closed");
    assertThat(outcome.interrupted()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void cancellingEndsAWaitForTheAnswersHead(Threads threads) throws Exception {
    var reached = new CountDownLatch(1);
    try (var server =
        MessagesServer.start(request -> {
          reached.countDown();
          return Reply.says("a").stallBeforeHeaders();
        })) {
      var outcome =
          ended(threads, server.baseUri(), reached, (thread, cancel, client) -> cancel.cancel());
      assertThat(outcome.thrown()).isInstanceOf(CancellationException.class);
      assertThat(server.requestCount()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptingEndsAnAttemptToConnect(Threads threads) throws Exception {
    try (var server = new TimeoutsTest.DeafServer()) {
      var outcome =
          ended(
              threads,
              server.baseUri(),
              new CountDownLatch(0),
              (thread, cancel, client) -> thread.interrupt());
      assertThat(outcome.thrown()).isInstanceOf(CancellationException.class);
      assertThat(outcome.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void cancellingEndsAnAttemptToConnect(Threads threads) throws Exception {
    try (var server = new TimeoutsTest.DeafServer()) {
      var outcome =
          ended(
              threads,
              server.baseUri(),
              new CountDownLatch(0),
              (thread, cancel, client) -> cancel.cancel());
      assertThat(outcome.thrown()).isInstanceOf(CancellationException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptingEndsAWaitForAConnection(Threads threads) throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("a").stallAfterEvent(2));
        var client = Fixture.client(server).maxConnections(1).build()) {
      var thrown = new AtomicReference<Throwable>();
      var firstThrown = new AtomicReference<Throwable>();
      var first =
          threads.unstarted(() -> firstThrown.set(catchThrowable(() -> Fixture.stream(client))));
      first.start();
      server.awaitRequests(1, Fixture.SOON);
      var flag = new AtomicBoolean();
      var second =
          threads.unstarted(() -> {
            thrown.set(catchThrowable(() -> Fixture.stream(client)));
            flag.set(Thread.currentThread().isInterrupted());
          });
      second.start();
      second.interrupt();
      assertThat(second.join(Fixture.SOON)).isTrue();
      assertThat(thrown.get()).isInstanceOf(CancellationException.class);
      assertThat(flag).isTrue();
      first.interrupt();
      assertThat(first.join(Fixture.SOON)).isTrue();
      assertThat(firstThrown.get()).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void sendsNothingWhenItIsCancelledAlready() {
    var cancel = new Cancellation();
    cancel.cancel();
    try (var server = MessagesServer.start(request -> Reply.says("a"));
        var client = Fixture.client(server).build()) {
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> client.stream(Fixture.request(), cancel, event -> {}));
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> client.stream(Fixture.request(), CancelSignal.NEVER, event -> {}));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(server.requestCount()).isZero();
    }
  }

  @Test
  void handsOverNoEventAfterTheListenerCancelled() {
    var cancel = new Cancellation();
    var events = new AtomicInteger();
    try (var server = MessagesServer.start(request -> Reply.says("a", "b", "c"));
        var client = Fixture.client(server).build()) {
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() ->
              client.stream(
                  Fixture.request(),
                  cancel,
                  event -> {
                    events.incrementAndGet();
                    cancel.cancel();
                  }));
      assertThat(events).hasValue(1);
    }
  }

  @Test
  @Tag("E09")
  void leavingEarlyAThousandTimesLeavesNoConnectionBehind() throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("a", "b").holdOpenAfterEnd());
        var client = Fixture.client(server).build()) {
      for (int run = 0; run < 1_000; run++) {
        var left = new IllegalStateException("seen enough");
        assertThat(
                catchThrowable(() ->
                    client.stream(
                        Fixture.request(),
                        CancelSignal.NEVER,
                        event -> {
                          throw left;
                        })))
            .isSameAs(left);
      }
      Fixture.awaitNoneInUse(client);
      server.awaitNoConnections(Fixture.SOON);
    }
  }

  @Test
  void aClosedClientStreamsNoMore() {
    try (var server = MessagesServer.start(request -> Reply.says("a"))) {
      var client = Fixture.client(server).build();
      Fixture.stream(client);
      client.close();
      client.close();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> Fixture.stream(client))
          .withMessage("the client is closed");
    }
  }
}
