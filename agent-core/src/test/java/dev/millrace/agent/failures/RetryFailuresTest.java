package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.CompactionPolicy;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.client.ContextTooLongException;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.IncompleteStreamException;
import dev.millrace.agent.client.OverloadedException;
import dev.millrace.agent.client.RateLimitException;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals, overload and what is tried again, seen from a run. */
class RetryFailuresTest {
  private static final Reply BUSY = Reply.error(429, "rate_limit_error", "Slow down");
  private static final String INPUT = "{\"path\":\"a\"}";

  /** The input of {@code write}. */
  record Path(String path) {}

  @Test
  @Tag("F05")
  void noSecondLayerMultipliesTheRetriesOfTheFirst() {
    try (var world = World.recovering(request -> BUSY)) {
      var failure =
          catchThrowableOfType(
              RunFailedException.class, () -> world.run(world.runner(), "Say something."));
      assertThat(failure).hasCauseInstanceOf(RateLimitException.class);
      assertThat(failure.turns()).isOne();
      assertThat(world.server().requestCount()).isEqualTo(3);
      assertThat(world.events().stream().filter(AgentEvent.TurnRetried.class::isInstance))
          .hasSize(2);
    }
  }

  @Test
  @Tag("F05")
  void manyRunsMakeALimitHardlyWorse() throws InterruptedException {
    int runs = 50;
    long began = System.nanoTime();
    try (var world = World.recovering(request -> BUSY);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var runner = world.runner().build();
      var failures = new ConcurrentLinkedQueue<Throwable>();
      for (int run = 0; run < runs; run++) {
        threads.execute(() ->
            failures.add(catchThrowable(() -> runner.run("Say something.", RunListener.NONE))));
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).hasSize(runs).hasOnlyElementsOfType(RunFailedException.class);
      // 20 to start with, a tenth of the requests, and one a second.
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 1;
      long most = runs + 20 + runs / 10 + seconds;
      assertThat((long) world.server().requestCount()).isBetween(runs + 20L, most);
    }
  }

  @Test
  @Tag("F04")
  void aRunThatWaitsForItsNextAttemptIsCancelled() {
    var cancellation = new Cancellation();
    var waits = new CopyOnWriteArrayList<Duration>();
    try (var world = World.recovering(request -> BUSY.header("retry-after", "59"))) {
      var result =
          world
              .runner()
              .build()
              .run(
                  Transcript.of("Say something."),
                  event -> {
                    if (event instanceof AgentEvent.TurnRetried retried) {
                      waits.add(retried.delay());
                      Thread.ofVirtual().start(cancellation::cancel);
                    }
                  },
                  RunOptions.DEFAULT.cancelledBy(cancellation));
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
      assertThat(waits).hasSize(1).allMatch(wait -> wait.toSeconds() >= 59);
      assertThat(world.server().requestCount()).isOne();
      World.assertSendable(result.transcript());
    }
  }

  /** A message of seven events, broken after each but the last. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  @Tag("F06")
  @Tag("F10")
  void anAnswerThatFailsInTheMiddleIsAskedForAgainAndToldOnce(int events) {
    var half = Reply.says("Half ", "of it");
    for (var broken :
        List.of(
            half.errorEventAfter(events, "overloaded_error", "Overloaded"),
            half.cutAfterEvent(events, Cut.FIN))) {
      try (var world = World.recovering(broken, Reply.says("All ", "of it"))) {
        var result = world.run(world.runner(), "Say it.");
        assertThat(result.text()).isEqualTo("All of it");
        assertThat(result.turns()).isOne();
        assertThat(result.transcript().messages())
            .containsExactly(
                Message.user("Say it."),
                Message.of(Role.ASSISTANT, List.of(new Text("All of it"))));
        assertThat(world.events())
            .filteredOn(AgentEvent.TurnRetried.class::isInstance)
            .singleElement()
            .extracting(event -> ((AgentEvent.TurnRetried) event).cause())
            .isInstanceOfAny(OverloadedException.class, IncompleteStreamException.class);
        assertThat(textSinceTheRetry(world.events())).isEqualTo("All of it");
        var requests = world.server().requests();
        assertThat(requests).hasSize(2);
        assertThat(requests).allMatch(r -> Arrays.equals(r.bytes(), requests.get(0).bytes()));
        world.server().verify();
      }
    }
  }

  private static String textSinceTheRetry(List<AgentEvent> events) {
    return events.stream()
        .dropWhile(event -> !(event instanceof AgentEvent.TurnRetried))
        .filter(AgentEvent.TextDelta.class::isInstance)
        .map(event -> ((AgentEvent.TextDelta) event).text())
        .collect(Collectors.joining());
  }

  @Test
  @Tag("F06")
  void aCallOfAnAnswerThatFailedIsNotMadeAndThatOfTheNextOneOnce() {
    var whole = Reply.calls("write", INPUT).says("I write.").calls("write", INPUT);
    for (int events = 1; events <= 11; events++) {
      var ran = new CopyOnWriteArrayList<String>();
      var write =
          Tool.of(
              "write",
              "Writes.",
              Path.class,
              (input, context) -> {
                ran.add(context.toolUseId());
                return "written";
              });
      var broken = whole.errorEventAfter(events, "overloaded_error", "Overloaded");
      try (var world =
          World.recovering(broken, Reply.calls("toolu_2", "write", INPUT), Reply.says("Done."))) {
        var result = world.runner().tools(write).build().run("Write.", RunListener.NONE);
        assertThat(result.text()).isEqualTo("Done.");
        assertThat(ran).as("after %s events", events).containsExactly("toolu_2");
        world.server().verify();
      }
    }
  }

  static Stream<Reply> failing() {
    var said = Reply.says("Half ", "of it");
    return Stream.of(
        Reply.error(400, "invalid_request_error", "no"),
        Reply.status(502, "text/html", "<html>bad gateway</html>"),
        Reply.status(200, "text/html", "<html>captive portal</html>"),
        Reply.status(307, "text/plain", "").header("location", "http://127.0.0.1:9/"),
        said.errorEventAfter(3, "api_error", "Oh"),
        said.cutAfterEvent(0, Cut.FIN),
        said.cutAfterEvent(3, Cut.BAD_CHUNK),
        said.stallAfterEvent(3),
        Events.stream("data: {\n\n"),
        Events.reply(List.of(Events.START, Events.start("msg_2"))),
        Events.reply(List.of(Events.START, Events.START, Events.text(3, "of no block"))));
  }

  /** Whatever came of an answer, its head has told the id. */
  @ParameterizedTest
  @MethodSource("failing")
  @Tag("F09")
  void eachFailureNamesTheRequestThatFailed(Reply reply) {
    var timeouts = Timeouts.DEFAULT.withIdle(Duration.ofMillis(300));
    try (var server = MessagesServer.start(request -> reply.header("request-id", "req_canary"));
        var client =
            HttpMessagesClient.builder()
                .apiKey(World.KEY)
                .baseUri(server.baseUri())
                .timeouts(timeouts)
                .retryPolicy(RetryPolicy.NONE)
                .build()) {
      var runner = AgentRunner.builder(client, "m").build();
      var failure =
          catchThrowableOfType(
              RunFailedException.class, () -> runner.run("Say it.", RunListener.NONE));
      assertThat(failure).hasMessageContaining("(request id req_canary)");
      switch (failure.getCause()) {
        case ApiException cause -> assertThat(cause.requestId()).isEqualTo("req_canary");
        case IncompleteStreamException cause ->
            assertThat(cause.requestId()).isEqualTo("req_canary");
        default -> assertThat(failure).hasCauseInstanceOf(StreamException.class);
      }
    }
  }

  @Test
  @Tag("F11")
  void aRequestThatIsTooLongIsNotSentAgainAsItIs() {
    var transcript = Transcript.of("Begin.");
    for (var word : Collections.nCopies(10, "much ")) {
      transcript =
          transcript
              .plus(Message.of(Role.ASSISTANT, List.of(new Text(word.repeat(100)))))
              .plus(Message.user("Go on."));
    }
    var tooLong = transcript;
    for (var reply :
        List.of(
            Reply.error(413, "request_too_large", "Request exceeds the maximum size"),
            Reply.error(400, "invalid_request_error", "prompt is too long: 2 tokens > 1"))) {
      try (var world = World.recovering(reply)) {
        var runner = world.runner().build();
        assertThat(catchThrowable(() -> runner.run(tooLong, RunListener.NONE)))
            .isInstanceOf(RunFailedException.class)
            .hasCauseInstanceOf(ContextTooLongException.class);
        world.server().verify();
      }
      try (var world = World.recovering(reply, Reply.says("Done."))) {
        var runner = world.runner().compaction(CompactionPolicy.keepLast(1)).build();
        assertThat(runner.run(tooLong, RunListener.NONE).text()).isEqualTo("Done.");
        var requests = world.server().requests();
        assertThat(requests.get(0).messages()).hasSize(21);
        assertThat(requests.get(1).messages()).hasSize(3);
        world.server().verify();
      }
    }
  }
}
