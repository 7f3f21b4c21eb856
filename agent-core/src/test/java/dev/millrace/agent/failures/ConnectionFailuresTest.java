package dev.millrace.agent.failures;

import static dev.millrace.agent.failures.Events.START;
import static dev.millrace.agent.failures.Events.block;
import static dev.millrace.agent.failures.Events.calls;
import static dev.millrace.agent.failures.Events.thinking;
import static dev.millrace.agent.failures.Events.unnamed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.ApiTimeoutException;
import dev.millrace.agent.client.ConnectionFailedException;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.IncompleteStreamException;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that break, fall silent or never end, seen from a run. */
class ConnectionFailuresTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final String THINKING = "{'type':'thinking','thinking':'','signature':''}";

  private static HttpMessagesClient client(MessagesServer server, Timeouts timeouts) {
    return HttpMessagesClient.builder()
        .apiKey(World.KEY)
        .baseUri(server.baseUri())
        .retryPolicy(RetryPolicy.NONE)
        .timeouts(timeouts)
        .build();
  }

  /** Whichever byte is the last one, and however the connection ends after it. */
  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  void aRunIsNeverASuccessBeforeTheLastByteOfItsMessage(Cut cut) {
    byte[] whole = unnamed(calls(INPUT)).getBytes(UTF_8);
    var reply = new AtomicReference<Reply>();
    try (var world = World.answering(request -> reply.get())) {
      for (int bytes = 0; bytes < whole.length; bytes++) {
        reply.set(Events.stream(whole).cutAt(bytes, cut));
        var failure = world.failure(world.runner(), "Write it.");
        // A reset may overtake what was sent before it, the head of the answer too.
        assertThat(failure.getCause())
            .as("after %s bytes", bytes)
            .isInstanceOfAny(IncompleteStreamException.class, ConnectionFailedException.class);
        assertThat(failure.transcript()).isEqualTo(Transcript.of("Write it."));
      }
      assertThat(world.ran()).isEmpty();
      assertThat(world.events(AgentEvent.MessageCompleted.class)).isEmpty();
      assertThat(world.events(AgentEvent.RunFinished.class)).isEmpty();
    }
  }

  /** Each thought is progress, so only the clock of the whole turn can end them. */
  @Test
  @Tag("E04")
  void thoughtsWithoutEndEndAtTheTurnsLimit() throws InterruptedException {
    var begin = unnamed(List.of(START, block(0, THINKING))).getBytes(UTF_8);
    var thought = unnamed(List.of(thinking(0, "Hm. "))).getBytes(UTF_8);
    Iterable<byte[]> endless =
        () -> Stream.concat(Stream.of(begin), Stream.generate(() -> thought)).iterator();
    var reply = Reply.bytes("text/event-stream", endless).pace(Duration.ofMillis(1));
    try (var server = MessagesServer.start(request -> reply);
        var client = client(server, Timeouts.DEFAULT.withTurn(Duration.ofSeconds(1)))) {
      var runner = AgentRunner.builder(client, "m").build();
      var failure = failure(runner);
      assertThat(failure.getCause())
          .isInstanceOfSatisfying(
              ApiTimeoutException.class,
              cause -> assertThat(cause.clock()).isEqualTo(ApiTimeoutException.Clock.TURN));
      server.awaitNoConnections(SOON);
    }
  }

  @Test
  @Tag("E02")
  @Tag("E05")
  void silenceEndsARunBeforeAndWithinItsAnswer() throws InterruptedException {
    var reply = Reply.says("Half", " of it");
    var shortly = Duration.ofMillis(300);
    var timeouts = Timeouts.DEFAULT.withFirstByte(shortly).withIdle(shortly);
    for (var silent : List.of(reply.stallBeforeHeaders(), reply.stallAfterEvent(3))) {
      try (var server = MessagesServer.start(request -> silent);
          var client = client(server, timeouts)) {
        var failure = failure(AgentRunner.builder(client, "m").build());
        assertThat(failure).hasCauseInstanceOf(ApiTimeoutException.class);
        assertThat(failure.transcript()).isEqualTo(Transcript.of("Think."));
        assertThat(server.requestCount()).isLessThanOrEqualTo(1);
        server.awaitNoConnections(SOON);
      }
    }
  }

  private static RunFailedException failure(AgentRunner runner) {
    try {
      var result = runner.run("Think.", RunListener.NONE);
      throw new AssertionError("the run should have failed, but ended " + result.outcome());
    } catch (RunFailedException e) {
      return e;
    }
  }

  /** If the rest were read before the connection goes, this would never end. */
  @Test
  @Tag("E07")
  void leavingAStreamThatNeverEndsDoesNotReadOn() throws InterruptedException {
    var begin = unnamed(Events.says("Once upon a time").subList(0, 3)).getBytes(UTF_8);
    var more = unnamed(List.of(Events.text(0, "and then "))).getBytes(UTF_8);
    Iterable<byte[]> endless =
        () -> Stream.concat(Stream.of(begin), Stream.generate(() -> more)).iterator();
    try (var world = World.scripted(Reply.bytes("text/event-stream", endless))) {
      var run = world.runner().build().start(Transcript.of("Tell it."));
      for (var event : run) {
        if (event instanceof AgentEvent.TextDelta) {
          break;
        }
      }
      run.close();
      assertThat(run.result().outcome()).isEqualTo(RunOutcome.CANCELLED);
      world.server().awaitNoConnections(SOON);
    }
  }

  @Test
  @Tag("E09")
  void aProgramThatLeavesItsRunsAndClosesNothingExits() throws Exception {
    try (var server =
        MessagesServer.start(request -> Reply.says("One", "two").holdOpenAfterEnd())) {
      var process = started(server);
      try {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("exits by itself").isTrue();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
            .isEqualTo("left" + System.lineSeparator());
        assertThat(server.requestCount()).isEqualTo(2);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static Process started(MessagesServer server) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            java, "-cp", classes, LeavesItsRuns.class.getName(), server.baseUri().toString())
        .redirectErrorStream(true)
        .start();
  }
}
