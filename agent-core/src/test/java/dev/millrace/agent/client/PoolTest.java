package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PoolTest {
  @Test
  void runsTwoThousandStreamsAtATime() throws Exception {
    int streams = 2_000;
    var allAreThere = new CountDownLatch(streams);
    var whole = new AtomicInteger();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    try (var server =
            MessagesServer.start(request -> {
              allAreThere.countDown();
              await(allAreThere);
              return Reply.says("Hello ", "world");
            });
        var client = Fixture.client(server).maxConnections(streams).build();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < streams; i++) {
        threads.execute(() -> {
          var failure =
              catchThrowable(() -> {
                if (Fixture.stream(client).text().equals("Hello world")) {
                  whole.incrementAndGet();
                }
              });
          if (failure != null) {
            failures.add(failure);
          }
        });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).isEmpty();
      assertThat(whole).hasValue(streams);
      Fixture.awaitNoneInUse(client);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void queuesStreamsForWhichThereIsNoConnection() throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("Hi"));
        var client = Fixture.client(server).maxConnections(2).build();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var texts = new ConcurrentLinkedQueue<String>();
      for (int i = 0; i < 50; i++) {
        threads.execute(() -> texts.add(Fixture.stream(client).text()));
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(texts).hasSize(50).containsOnly("Hi");
      assertThat(server.requests()).extracting(RecordedRequest::connection).containsOnly(1, 2);
    }
  }

  /** Answers one request on each connection as if more were welcome, then closes or resets it. */
  private static RawServer forgetful(int millisToClose, boolean reset, CyclicBarrier closed) {
    return RawServer.handling((socket, number) -> {
      RawServer.readRequest(socket);
      RawServer.send(socket, RawServer.streaming(RawServer.message("turn " + number)));
      close(socket, millisToClose, reset);
      closed.await();
    });
  }

  private static void close(Socket socket, int millis, boolean reset) throws Exception {
    Thread.sleep(millis);
    if (reset) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }

  /** At the first attempt, as far as a listener can see. */
  private static void assertAnswered(HttpMessagesClient client, String text) {
    var noted = Fixture.stream(client);
    assertThat(noted.text()).isEqualTo(text);
    assertThat(noted.causes).isEmpty();
  }

  @Test
  @Tag("E08")
  void doesNotShowThatAnIdleConnectionWasClosed() throws Exception {
    for (boolean reset : new boolean[] {false, true}) {
      var closed = new CyclicBarrier(2);
      try (var server = forgetful(5, reset, closed);
          var client = client(server.baseUri())) {
        for (int turn = 1; turn <= 5; turn++) {
          assertAnswered(client, "turn " + turn);
          closed.await(20, TimeUnit.SECONDS);
        }
      }
    }
  }

  @Test
  @Tag("E08")
  void takesNoBytesBetweenTwoRequestsForAnAnswer() throws Exception {
    var turn = new CyclicBarrier(2);
    try (var server =
            RawServer.handling((socket, number) -> {
              RawServer.readRequest(socket);
              RawServer.send(socket, RawServer.streaming(RawServer.message("turn " + number)));
              turn.await();
              RawServer.send(socket, "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n");
              turn.await();
              RawServer.readRequest(socket);
            });
        var client = client(server.baseUri())) {
      for (int number = 1; number <= 3; number++) {
        assertAnswered(client, "turn " + number);
        turn.await(20, TimeUnit.SECONDS);
        turn.await(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  @Tag("E08")
  void takesNothingBehindAnAnswerForTheNextOne() {
    assertTakesNothingBehind(RawServer::streaming);
    assertTakesNothingBehind(events ->
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: "
            + events.length()
            + "\r\n\r\n"
            + events);
  }

  private static void assertTakesNothingBehind(UnaryOperator<String> answer) {
    try (var server =
            RawServer.handling((socket, number) -> {
              RawServer.readRequest(socket);
              RawServer.send(
                  socket,
                  answer.apply(RawServer.message("turn " + number))
                      + RawServer.streaming(RawServer.message("nobody asked")));
              RawServer.readRequest(socket);
            });
        var client = client(server.baseUri())) {
      for (int turn = 1; turn <= 3; turn++) {
        assertAnswered(client, "turn " + turn);
      }
    }
  }

  @Test
  @Tag("E08")
  void doesNotShowThatAConnectionIsClosedUponTheNextRequest() {
    try (var server =
            RawServer.handling((socket, number) -> {
              RawServer.readRequest(socket);
              RawServer.send(socket, RawServer.streaming(RawServer.message("a")));
              RawServer.readRequest(socket);
            });
        var client = client(server.baseUri())) {
      for (int turn = 1; turn <= 5; turn++) {
        assertAnswered(client, "a");
      }
      assertThat(server.connections()).isEqualTo(5);
    }
  }

  @Test
  @Tag("E08")
  void showsThatAFreshConnectionWasClosedWithoutAnAnswer() {
    try (var server = RawServer.handling((socket, number) -> RawServer.readRequest(socket));
        var client = client(server.baseUri())) {
      assertThat(catchThrowable(() -> Fixture.stream(client)))
          .isInstanceOf(ConnectionFailedException.class)
          .hasMessageContaining("broke the connection before it answered");
      assertThat(server.connections()).isOne();
    }
  }

  private static HttpMessagesClient client(URI baseUri) {
    return Fixture.client(baseUri).retryPolicy(RetryPolicy.NONE).build();
  }

  @Test
  @Tag("E09")
  void leavesNoThreadBehindWhenItIsClosed() throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("Hi"));
        var client = Fixture.client(server).build()) {
      Fixture.stream(client);
      var watchdog = watchdogOf(server);
      assertThat(watchdog.isDaemon()).isTrue();
      client.close();
      assertThat(watchdog.join(Fixture.SOON)).isTrue();
      server.awaitNoConnections(Fixture.SOON);
    }
  }

  @Test
  @Tag("E09")
  void letsItsThreadGoWhenNothingStreams() throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("Hi"));
        var client = Fixture.client(server).build()) {
      Fixture.stream(client);
      assertThat(watchdogOf(server).join(Fixture.SOON)).isTrue();
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(watchdogOf(server).isAlive()).isTrue();
    }
  }

  private static Thread watchdogOf(MessagesServer server) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("millrace-watchdog-127.0.0.1:" + server.port()))
        .findFirst()
        .orElseThrow();
  }
}
