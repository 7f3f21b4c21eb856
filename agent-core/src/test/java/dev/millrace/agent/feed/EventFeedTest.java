package dev.millrace.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentEvent.TextDelta;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients of a run's stream see, however late they come and however slowly they read. */
class EventFeedTest {
  private static final FeedSettings PATIENT = FeedSettings.DEFAULT.abandoned(Duration.ofMinutes(1));

  /** Drives a feed by hand. */
  private static final class Driven implements EventFeed.Body {
    private final CompletableFuture<RunListener> listener = new CompletableFuture<>();
    private final CompletableFuture<RuntimeException> end = new CompletableFuture<>();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public RunResult run(RunListener listener, dev.millrace.agent.cancel.CancelSignal cancel) {
      try (var registration = cancel.onCancel(this::cancelled)) {
        this.listener.complete(listener);
        throw end.join();
      }
    }

    private void cancelled() {
      cancelled.countDown();
      end.complete(new IllegalStateException("cancelled"));
    }

    void tell(AgentEvent... events) {
      for (var event : events) {
        listener.join().on(event);
      }
    }

    void say(String... pieces) {
      for (var piece : pieces) {
        tell(new TextDelta(piece));
      }
    }

    void end() {
      end.complete(new IllegalStateException("a secret"));
    }
  }

  private static HttpMessagesClient client(MessagesServer server) {
    return HttpMessagesClient.builder()
        .baseUri(server.baseUri())
        .apiKey("k")
        .retryPolicy(RetryPolicy.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(2)))
        .build();
  }

  private static EventFeed.Body asks(AgentRunner runner, String question) {
    return (listener, cancel) ->
        runner.run(Transcript.of(question), listener, RunOptions.DEFAULT.cancelledBy(cancel));
  }

  @Test
  void tellsARunFromItsStartToItsEnd() throws Exception {
    var tool = Tool.of("look", "Looks.", Looking.class, looking -> "a *view*");
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.says("I ", "look").calls("toolu_1", "look", "{\"at\":\"it\"}"),
                    Reply.says("Seen\n\nevent: x\r\ndata: {}\u2028")));
        var client = client(server);
        var feeds = new EventFeeds()) {
      var runner = AgentRunner.builder(client, "claude-opus-5-5").tools(tool).build();
      var feed = feeds.start("one", PATIENT, asks(runner, "What?"));
      var frames = Frames.of(feed.read(FeedFormat.EVENTS));
      assertThat(frames.names())
          .startsWith("run_started", "turn_started", "text_delta")
          .contains("tool_input_delta", "message_completed", "tool_started", "tool_finished")
          .endsWith("message_completed", "run_finished");
      assertThat(frames.text()).isEqualTo("I lookSeen\n\nevent: x\r\ndata: {}\u2028");
      assertThat(String.join("", frames.data())).doesNotContain("\u2028");
      assertThat(frames.events().getLast().path("outcome").stringValue()).isEqualTo("completed");
      assertThat(feed.result().get().outcome()).isEqualTo(RunOutcome.COMPLETED);
      server.verify();
    }
  }

  record Looking(String at) {}

  @Test
  void speaksThePlainConventionToo() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT, driven);
      driven.say("Hel", "lo");
      driven.end();
      feed.result().handle((result, failure) -> "").join();
      assertThat(Frames.of(feed.read(FeedFormat.TEXT)).data())
          .containsExactly(
              "{\"text\":\"Hello\"}",
              "{\"error\":{\"type\":\"internal_error\","
                  + "\"message\":\"Something went wrong in this service.\"}}",
              "[DONE]");
    }
  }

  @Test
  void tellsOfAFailureWithoutItsText() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT, driven);
      driven.end();
      assertThat(feed.result())
          .failsWithin(1, TimeUnit.MINUTES)
          .withThrowableOfType(ExecutionException.class)
          .withStackTraceContaining("a secret");
      var frames = Frames.of(feed.read(FeedFormat.EVENTS));
      assertThat(frames.names()).containsExactly("run_failed");
      assertThat(frames.data().toString()).doesNotContain("secret").contains("internal_error");
    }
  }

  @Test
  void whatBreaksOffIsToldVoidAndTheTextIsWhole() throws Exception {
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.says("Once ", "upon ", "a ", "time").cutAfterEvent(5, Cut.RST),
                    Reply.says("Once ", "upon ", "a ", "time")));
        var client = client(server);
        var feeds = new EventFeeds()) {
      var runner = AgentRunner.builder(client, "claude-opus-5-5").build();
      var feed = feeds.start("one", PATIENT, asks(runner, "Tell"));
      var all = Frames.of(feed.read(FeedFormat.EVENTS));
      assertThat(all.names()).contains("turn_retried");
      assertThat(all.text()).isEqualTo("Once upon a time");
      assertThat(Frames.of(feed.read(FeedFormat.TEXT)).data())
          .contains("{\"text\":\"\",\"void\":true}");
    }
  }

  @Test
  @Tag("I06")
  void resumesAfterEachEventWithoutALostOrDoubledOne() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT, driven);
      driven.tell(new AgentEvent.RunStarted("m"), new AgentEvent.TurnStarted(1));
      IntStream.range(0, 700).forEach(i -> driven.say(i + " "));
      driven.tell(new AgentEvent.ThinkingDelta("hm"));
      driven.say("end");
      driven.end();
      feed.result().handle((result, failure) -> "").join();
      var all = Frames.of(feed.read(FeedFormat.EVENTS));
      var prefix = all.ids().getFirst().substring(0, all.ids().getFirst().indexOf('-') + 1);
      for (int seen = 0; seen <= 705; seen++) {
        var rest = Frames.of(feed.read(FeedFormat.EVENTS, prefix + seen));
        var before = IntStream.range(0, Math.clamp(seen - 2, 0, 700)).mapToObj(i -> i + " ");
        var text = before.collect(Collectors.joining()) + (seen >= 704 ? "end" : "");
        assertThat(text + rest.text()).isEqualTo(all.text());
      }
    }
  }

  @Test
  void whoComesLateGetsASnapshotAndThenTheRest() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT, driven);
      driven.tell(new AgentEvent.RunStarted("m"), new AgentEvent.TurnStarted(1));
      driven.say("gone");
      driven.tell(
          new AgentEvent.TurnRetried(1, 2, Duration.ZERO, new IllegalStateException("why")));
      driven.say("a", "b");
      var late = feed.read(FeedFormat.EVENTS, "");
      var snapshot =
          Frames.of(new String(late.next().orElseThrow().bytes(), StandardCharsets.UTF_8));
      assertThat(snapshot.names()).containsExactly("snapshot");
      var names = new ArrayList<String>();
      snapshot
          .events()
          .getFirst()
          .path("events")
          .forEach(event -> names.add(event.path("event").stringValue()));
      assertThat(names)
          .containsExactly("run_started", "turn_started", "turn_retried", "text_delta");
      assertThat(snapshot.text()).isEqualTo("ab");
      driven.say("c");
      driven.end();
      assertThat(Frames.of(late).text()).isEqualTo("c");
      assertThat(Frames.of(feed.read(FeedFormat.TEXT, null)).data())
          .startsWith("{\"text\":\"abc\",\"void\":true}")
          .endsWith("[DONE]");
    }
  }

  @Test
  void whatIsTooLongAgoIsMadeUpForByASnapshot() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT.keeping(300, 1 << 20), driven);
      var text = IntStream.range(0, 2_000).mapToObj(i -> i + " ").toList();
      var reader = feed.read(FeedFormat.EVENTS);
      driven.say(text.toArray(String[]::new));
      driven.end();
      feed.result().handle((result, failure) -> "").join();
      var frames = Frames.of(reader);
      assertThat(frames.names()).startsWith("snapshot");
      assertThat(frames.text()).isEqualTo(String.join("", text));
    }
  }

  @Test
  void whatAReaderMissesTakesBoundedRoom() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT.keeping(100, 50_000), driven);
      for (int i = 0; i < 1_000; i++) {
        driven.say("x".repeat(1_000));
        driven.tell(new AgentEvent.TurnStarted(i));
      }
      driven.end();
      feed.result().handle((result, failure) -> "").join();
      var late = Frames.of(feed.read(FeedFormat.EVENTS, null));
      assertThat(late.data().getFirst().length()).isBetween(10_000, 60_000);
      assertThat(late.events().getFirst().path("is_partial").booleanValue()).isTrue();
    }
  }

  @Test
  void anIdThatWasNeverGivenIsRefused() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT, driven);
      driven.say("a");
      for (var id : List.of("x", "1", "-1", "a-", "a--1", "a-1\n", "A-1", "a-" + "9".repeat(30))) {
        assertThatThrownBy(() -> feed.read(FeedFormat.EVENTS, id))
            .as(id)
            .isInstanceOf(IllegalArgumentException.class);
      }
      driven.end();
      var given = Frames.of(feed.read(FeedFormat.EVENTS)).ids().getFirst();
      assertThatThrownBy(() -> feed.read(FeedFormat.EVENTS, given + "000"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Frames.of(feed.read(FeedFormat.EVENTS, "otherrun-7")).names())
          .startsWith("snapshot");
    }
  }

  @Test
  void aReaderThatKeepsUpIsGivenEachPieceAsItComes() throws Exception {
    var driven = new Driven();
    var settings = PATIENT.flush(Duration.ofHours(1), 1_000_000).heartbeat(Duration.ofHours(1));
    try (var feeds = new EventFeeds();
        var reader = feeds.start("one", settings, driven).read(FeedFormat.EVENTS)) {
      // It waits before each piece comes, and so never for more of them.
      for (int i = 0; i < 20; i++) {
        var next = new CompletableFuture<Frame>();
        var thread =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    next.complete(reader.next().orElseThrow());
                  } catch (InterruptedException | RuntimeException e) {
                    next.completeExceptionally(e);
                  }
                });
        while (thread.getState() != Thread.State.TIMED_WAITING) {
          Thread.onSpinWait();
        }
        driven.say("piece" + i);
        assertThat(next.get().data()).contains("piece" + i);
      }
      driven.end();
    }
  }

  @Test
  void forAReaderThatIsBehindPiecesAreJoined() throws Exception {
    var driven = new Driven();
    var settings = PATIENT.flush(Duration.ofHours(1), 100).heartbeat(Duration.ofHours(1));
    try (var feeds = new EventFeeds();
        var reader = feeds.start("one", settings, driven).read(FeedFormat.EVENTS)) {
      driven.say("a", "b".repeat(60), "c".repeat(60));
      assertThat(reader.next().orElseThrow().data())
          .contains("a" + "b".repeat(60) + "c".repeat(60));
      driven.say("d");
      driven.tell(new AgentEvent.TurnStarted(2));
      assertThat(reader.next().orElseThrow().data()).contains("\"d\"");
      driven.end();
    }
  }

  @Test
  void aSilentRunBeats() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds();
        var reader =
            feeds
                .start("one", PATIENT.heartbeat(Duration.ofMillis(5)), driven)
                .read(FeedFormat.EVENTS)) {
      assertThat(reader.next().orElseThrow().isHeartbeat()).isTrue();
      assertThat(reader.next().orElseThrow().bytes())
          .isEqualTo(":\n\n".getBytes(StandardCharsets.UTF_8));
      driven.end();
    }
  }

  @Test
  @Tag("I06")
  void theLastReaderThatLeavesCancelsTheRun() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", driven);
      var first = feed.read(FeedFormat.EVENTS);
      var second = feed.read(FeedFormat.TEXT);
      first.close();
      first.close();
      driven.say("still here");
      assertThat(second.next().orElseThrow().data()).contains("still here");
      assertThat(driven.cancelled.getCount()).isEqualTo(1);
      second.close();
      driven.cancelled.await();
    }
  }

  @Test
  @Tag("I06")
  void aClientThatIsGoneWhenItIsWrittenToHasLeft() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", FeedSettings.DEFAULT.heartbeat(Duration.ofMillis(1)), driven);
      feed.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("broken pipe");
            }
          },
          FeedFormat.EVENTS);
      driven.cancelled.await();
    }
  }

  @Test
  void aReaderThatNeverReadsIsCut() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var settings = FeedSettings.DEFAULT.writeTimeout(Duration.ofMillis(200));
      var feed = feeds.start("one", settings, driven);
      driven.say("a");
      var stuck =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              try {
                Thread.sleep(Duration.ofHours(1));
              } catch (InterruptedException e) {
                throw new IOException("closed by an interrupt", e);
              }
            }
          };
      Thread.ofVirtual().start(() -> feed.writeTo(stuck, FeedFormat.EVENTS)).join();
      driven.cancelled.await();
    }
  }

  @Test
  void aRunThatNobodyReadsEndsWhenItsTimeIsUp() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", FeedSettings.DEFAULT.abandoned(Duration.ofMillis(50)), driven);
      feed.read(FeedFormat.EVENTS).close();
      driven.cancelled.await();
      assertThat(feed.id()).isEqualTo("one");
    }
  }

  @Test
  void oneNameHasOneRunAtATime() {
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var feed = feeds.start("one", PATIENT, driven);
      assertThatThrownBy(() -> feeds.start("one", new Driven()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("one");
      driven.end();
      Frames.of(feed.read(FeedFormat.EVENTS));
      var next = new Driven();
      assertThat(feeds.start("one", PATIENT, next)).isNotSameAs(feed);
      next.end();
    }
  }

  @Test
  void closingEndsAllRunsAndStartsNoMore() {
    var feeds = new EventFeeds(PATIENT);
    var bodies = IntStream.range(0, 10).mapToObj(i -> new Driven()).toList();
    var started =
        IntStream.range(0, 10).mapToObj(i -> feeds.start("run" + i, bodies.get(i))).toList();
    assertThat(feeds.running()).isEqualTo(10);
    feeds.close();
    assertThat(started).allMatch(EventFeed::hasEnded);
    assertThat(feeds.running()).isZero();
    assertThatThrownBy(() -> feeds.start("late", new Driven()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEndedRunIsForgottenAfterAWhile() throws Exception {
    var driven = new Driven();
    try (var feeds = new EventFeeds(PATIENT.kept(Duration.ofMillis(10)))) {
      feeds.start("one", driven);
      driven.end();
      while (feeds.find("one").isPresent()) {
        Thread.sleep(5);
      }
      assertThat(feeds.awaitIdle(Duration.ofMinutes(1))).isTrue();
    }
  }

  @Test
  void anyNumberOfReadersAtAnyPaceGetTheSame() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var driven = new Driven();
    try (var feeds = new EventFeeds()) {
      var settings = PATIENT.keeping(200, 2_000).flush(Duration.ofMillis(1), 10);
      var feed = feeds.start("one", settings, driven);
      var texts = new ArrayList<CompletableFuture<String>>();
      for (int i = 0; i < 8; i++) {
        var reader = i % 2 == 0 ? feed.read(FeedFormat.EVENTS) : feed.read(FeedFormat.EVENTS, null);
        int most = 1 << i;
        var text = new CompletableFuture<String>();
        texts.add(text);
        Thread.ofVirtual().start(() -> text.complete(readSlowly(reader, most)));
      }
      var said = new StringBuilder();
      driven.tell(new AgentEvent.TurnStarted(1));
      for (int i = 0; i < 1_500; i++) {
        var piece = i + (random.nextInt(9) == 0 ? "\n" : " ");
        said.append(piece);
        driven.say(piece);
        if (random.nextInt(100) == 0) {
          Thread.sleep(1);
        }
      }
      driven.end();
      for (var text : texts) {
        // A snapshot that is no longer whole has the end alone.
        assertThat(said.toString()).as("seed " + seed).endsWith(text.get());
        assertThat(text.get().length()).as("seed " + seed).isGreaterThan(500);
      }
    }
  }

  private static String readSlowly(FeedReader reader, int mostMicros) {
    var stream = new StringBuilder();
    try (reader) {
      for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
        stream.append(new String(frame.get().bytes(), StandardCharsets.UTF_8));
        Thread.sleep(Duration.ofNanos(mostMicros * 1_000L));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return Frames.of(stream.toString()).text();
  }
}
