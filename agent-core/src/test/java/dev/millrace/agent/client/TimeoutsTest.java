package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.client.ApiTimeoutException.Clock;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clocks over real sockets, set short. */
class TimeoutsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  private static ApiTimeoutException timeout(Reply reply, Timeouts timeouts) throws Exception {
    try (var server = MessagesServer.start(request -> reply);
        var client = Fixture.withoutRetries(server).timeouts(timeouts).build()) {
      var failure = catchThrowableOfType(ApiTimeoutException.class, () -> Fixture.stream(client));
      assertThat(failure.limit()).isEqualTo(SHORT);
      assertThat(failure).hasMessageContaining("within 0.2 s");
      Fixture.awaitNoneInUse(client);
      server.awaitNoConnections(Fixture.SOON);
      return failure;
    }
  }

  @Test
  @Tag("E05")
  void endsAWaitForAnAnswerThatNeverComes() throws Exception {
    var failure =
        timeout(Reply.says("a").stallBeforeHeaders(), Timeouts.DEFAULT.withFirstByte(SHORT));
    assertThat(failure.clock()).isEqualTo(Clock.FIRST_BYTE);
    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure).hasMessageContaining("Timeouts.firstByte");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  @Tag("E02")
  void endsASilenceAfterAnyEvent(int events) throws Exception {
    var reply = Reply.says("a", "b").stallAfterEvent(events);
    var failure = timeout(reply, Timeouts.DEFAULT.withIdle(SHORT));
    assertThat(failure.clock()).isEqualTo(Clock.IDLE);
    assertThat(failure).hasMessageContaining("Timeouts.idle");
  }

  @Test
  @Tag("E03")
  void endsAStreamOfNothingButPings() throws Exception {
    var reply = Reply.says("a").stallAfterEvent(2).pingsForEver(Duration.ofMillis(10));
    var timeouts = Timeouts.DEFAULT.withProgress(SHORT);
    assertThat(timeout(reply, timeouts).clock()).isEqualTo(Clock.PROGRESS);
  }

  @Test
  @Tag("E04")
  void endsADripAtTheTurnsLimitAndDoesNotTryAgain() throws Exception {
    var reply = Reply.says("a".repeat(5_000)).drip(1, Duration.ofMillis(10));
    var failure = timeout(reply, Timeouts.DEFAULT.withTurn(SHORT));
    assertThat(failure.clock()).isEqualTo(Clock.TURN);
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  @Tag("E05")
  void countsRetriesIntoTheTurn() {
    try (var server =
            MessagesServer.start(
                request -> Reply.error(529, "overloaded_error", "x").header("retry-after", "50"));
        var client = Fixture.client(server).timeouts(Timeouts.DEFAULT.withTurn(SHORT)).build()) {
      var failure = catchThrowableOfType(ApiTimeoutException.class, () -> Fixture.stream(client));
      assertThat(failure.clock()).isEqualTo(Clock.TURN);
      assertThat(failure).hasCauseInstanceOf(OverloadedException.class);
      assertThat(server.requestCount()).isOne();
    }
  }

  @Test
  void triesAgainAfterASilenceBeforeTheFirstEvent() {
    // The last answer must come in time on a busy machine too.
    var enough = Duration.ofSeconds(2);
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.says("a").stallBeforeHeaders(),
                    Reply.says("b").stallAfterEvent(0),
                    Reply.says("c")));
        var client =
            Fixture.client(server)
                .timeouts(Timeouts.DEFAULT.withFirstByte(enough).withIdle(enough))
                .build()) {
      assertThat(Fixture.stream(client).text()).isEqualTo("c");
      server.verify();
    }
  }

  @Test
  void endsAnAttemptToConnect() throws Exception {
    try (var server = new DeafServer();
        var client =
            Fixture.client(server.baseUri())
                .retryPolicy(RetryPolicy.NONE)
                .timeouts(Timeouts.DEFAULT.withConnect(SHORT))
                .build()) {
      var failure = catchThrowableOfType(ApiTimeoutException.class, () -> Fixture.stream(client));
      assertThat(failure.clock()).isEqualTo(Clock.CONNECT);
      assertThat(failure.isRetryable()).isTrue();
      assertThat(failure).hasMessageContaining("Timeouts.connect");
    }
  }

  @Test
  void namesTheSettingWhenNoConnectionIsFree() throws Exception {
    // It bounds the first stream's wait for its answer too, which must come on a busy machine.
    var enough = Duration.ofSeconds(3);
    try (var server = MessagesServer.start(request -> Reply.says("a").stallAfterEvent(3));
        var client =
            Fixture.withoutRetries(server)
                .maxConnections(1)
                .timeouts(Timeouts.DEFAULT.withFirstByte(enough))
                .build()) {
      var streaming = new CountDownLatch(1);
      var ended = new AtomicReference<Throwable>();
      var first =
          Thread.ofVirtual().start(() -> ended.set(catchThrowable(() -> hold(client, streaming))));
      streaming.await();
      var failure =
          catchThrowableOfType(ConnectionFailedException.class, () -> Fixture.stream(client));
      assertThat(failure)
          .hasMessageContaining("all 1 connections")
          .hasMessageContaining("maxConnections");
      client.close();
      assertThat(first.join(Fixture.SOON)).isTrue();
      assertThat(ended.get()).isInstanceOf(CancellationException.class);
    }
  }

  private static void hold(HttpMessagesClient client, CountDownLatch streaming) {
    client.stream(Fixture.request(), CancelSignal.NEVER, event -> streaming.countDown());
  }

  @Test
  void refusesDurationsThatAreNotPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeouts.DEFAULT.withIdle(Duration.ZERO))
        .withMessageContaining("idle")
        .withMessageContaining("Timeouts.OFF");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeouts.DEFAULT.withTurn(Duration.ofSeconds(-1)))
        .withMessageContaining("turn");
  }

  /** Does not even accept: its queue of connections is full, so that connecting to it hangs. */
  static final class DeafServer implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> queued = new ArrayList<>();

    DeafServer() throws Exception {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      while (true) {
        var socket = new Socket();
        queued.add(socket);
        try {
          socket.connect(server.getLocalSocketAddress(), 300);
        } catch (SocketTimeoutException e) {
          return;
        }
      }
    }

    URI baseUri() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws Exception {
      for (var socket : queued) {
        socket.close();
      }
      server.close();
    }
  }
}
