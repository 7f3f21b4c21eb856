package dev.millrace.agent.failures;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs at the same time, readers that are slow, and what runs leave behind. */
class FlowFailuresTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int PIECE = 1_000;
  private static final int MOST_PIECES = 64_000;

  @TempDir private Path folder = Path.of("");

  private Session open() {
    return Session.open(FileSessionStore.in(folder), "s");
  }

  @Test
  @Tag("I07")
  void ofAHundredRunsOfOneSessionAtOnceOneGoesOn() throws Exception {
    Transcript said;
    try (var world = World.answering(request -> Reply.says("One ", "two").stallAfterEvent(3));
        var session = open();
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var runner = world.runner().build();
      var options = RunOptions.DEFAULT.session(session);
      try (var first = runner.start(session.plus(Message.user("Count.")), options)) {
        world.server().awaitRequests(1, SOON);
        Callable<Throwable> another =
            () ->
                catchThrowable(() ->
                    runner.run(session.plus(Message.user("Stop.")), RunListener.NONE, options));
        for (var refused : executor.invokeAll(Collections.nCopies(99, another))) {
          assertThat(refused.get())
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("in use by another run");
        }
        assertThat(world.server().requestCount()).isOne();
        first.cancel();
        said = first.result().transcript();
      }
      assertThat(said).isEqualTo(Transcript.of("Count."));
      assertThat(session.transcript()).isEqualTo(said);
      World.assertSendable(session.plus(Message.user("Go on.")));
    }
    try (var session = open()) {
      assertThat(session.repairs()).isEmpty();
      assertThat(session.transcript()).isEqualTo(said);
    }
  }

  @Test
  @Tag("I04")
  void readersOfDifferentSpeedSeeTheSameTextAndOneThatLeavesHoldsNobodyUp() throws Exception {
    var pieces = Collections.nCopies(20_000, "ab ").toArray(String[]::new);
    try (var world = World.scripted(Reply.says(pieces));
        var run = world.runner().build().start(Transcript.of("Go on."))) {
      var leaving = run.subscribe();
      var slow = run.subscribe();
      var text = new StringBuilder();
      var reader =
          Thread.ofVirtual()
              .start(() -> {
                for (var event : slow) {
                  if (event instanceof AgentEvent.TextDelta(var piece)) {
                    text.append(piece);
                    LockSupport.parkNanos(1_000);
                  }
                }
              });
      leaving.iterator().next();
      leaving.close();
      var own = new StringBuilder();
      for (var event : run) {
        if (event instanceof AgentEvent.TextDelta(var piece)) {
          own.append(piece);
        }
      }
      reader.join();
      assertThat(own).hasToString("ab ".repeat(20_000));
      assertThat(text).hasToString(own.toString());
    }
  }

  @Test
  @Tag("I04")
  void aListenerThatCancelsIsObeyed() {
    try (var world = World.answering(request -> Reply.says("One ", "two ", "three"))) {
      var cancellation = new Cancellation();
      RunListener cancelling =
          event -> {
            world.events().add(event);
            if (event instanceof AgentEvent.TextDelta) {
              cancellation.cancel();
            }
          };
      var options = RunOptions.DEFAULT.cancelledBy(cancellation);
      var result = world.runner().build().run(Transcript.of("Count."), cancelling, options);
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
      assertThat(world.events(AgentEvent.TextDelta.class)).hasSize(1);
      World.assertSendable(result.transcript());
    }
  }

  /** Pieces are joined while a reader is behind; all else reaches it as it happened. */
  @Test
  @Tag("I04")
  void aSlowReaderSeesTheSameStoryAsAQuickOne() throws Exception {
    var pieces = Collections.nCopies(3_000, "ab ").toArray(String[]::new);
    var subscribed = new CountDownLatch(1);
    var replies =
        List.of(
            Reply.thinks(pieces).says(pieces).calls("write", "{\"path\":\"a\"}"),
            Reply.says(pieces).calls("write", "{\"path\":\"b\"}"),
            Reply.says(pieces));
    try (var world =
            World.answering(request -> {
              awaitQuietly(subscribed);
              return replies.get(request.turn() - 1);
            });
        var run = world.runner().build().start(Transcript.of("Write."))) {
      var slow = run.subscribe();
      subscribed.countDown();
      var slowly = new ArrayList<AgentEvent>();
      var reader =
          Thread.ofVirtual()
              .start(() -> {
                for (var event : slow) {
                  slowly.add(event);
                  LockSupport.parkNanos(1_000);
                }
              });
      var quickly = new ArrayList<AgentEvent>();
      run.forEach(quickly::add);
      reader.join();
      assertThat(story(slowly)).isEqualTo(story(quickly)).hasSizeGreaterThan(15);
      assertThat(slowly.getLast()).isInstanceOf(AgentEvent.RunFinished.class);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From the first thought on, with pieces that follow each other put together. */
  private static List<String> story(List<AgentEvent> events) {
    var story = new ArrayList<String>();
    String kind = "";
    for (var event : events) {
      var piece =
          switch (event) {
            case AgentEvent.ThinkingDelta(var text) -> text;
            case AgentEvent.TextDelta(var text) -> text;
            case AgentEvent.ToolInputDelta delta -> delta.partialJson();
            default -> event.toString();
          };
      var name = event.getClass().getSimpleName();
      if (name.equals(kind) && name.endsWith("Delta")) {
        story.add(story.removeLast() + piece);
      } else if (!story.isEmpty() || event instanceof AgentEvent.ThinkingDelta) {
        story.add(name + " " + piece);
        kind = name;
      }
    }
    return story;
  }

  /** The queue is bounded, so the connection fills up and the server has to wait. */
  @Test
  @Tag("I04")
  void aReaderThatDoesNotReadHoldsTheServerBackAndLosesNothing() throws Exception {
    var sent = new AtomicInteger();
    var begin = Events.unnamed(Events.says("").subList(0, 2)).getBytes(UTF_8);
    Iterable<byte[]> endless =
        () ->
            Stream.concat(
                    Stream.of(begin),
                    Stream.generate(() -> numbered(sent.getAndIncrement()))
                        .map(text -> Events.unnamed(List.of(Events.text(0, text))).getBytes(UTF_8)))
                .iterator();
    var limits = Limits.DEFAULT.outputTokens(1L << 40).costUsd(new BigDecimal(1_000_000));
    try (var world = World.scripted(Reply.bytes("text/event-stream", endless));
        var run = world.runner().limits(limits).build().start(Transcript.of("Go on."))) {
      world.server().awaitRequests(1, SOON);
      int held = settled(sent);
      assertThat(held).isLessThan(MOST_PIECES);
      var text = new StringBuilder();
      int longest = 0;
      for (var event : run) {
        if (event instanceof AgentEvent.TextDelta(var piece)) {
          text.append(piece);
          longest = Math.max(longest, piece.length());
        }
        if (text.length() > held * PIECE) {
          break;
        }
      }
      assertThat(longest).as("pieces that were joined").isBetween(PIECE + 1, 4_096);
      for (int i = 0; i < held; i++) {
        assertThat(text.substring(i * PIECE, (i + 1) * PIECE)).isEqualTo(numbered(i));
      }
      run.close();
      assertThat(run.result().outcome()).isEqualTo(RunOutcome.CANCELLED);
      world.server().awaitNoConnections(SOON);
    }
  }

  private static String numbered(int piece) {
    return "%,1000d".formatted(piece);
  }

  /** How many pieces there are once there have been no more for a while. */
  private static int settled(AtomicInteger sent) throws InterruptedException {
    int last = -1;
    int quiet = 0;
    while (quiet < 10 && sent.get() < MOST_PIECES) {
      Thread.sleep(100);
      quiet = sent.get() == last && last > 0 ? quiet + 1 : 0;
      last = sent.get();
    }
    return sent.get();
  }

  /** The pool's next task would be cancelled by a flag that the one before it had left set. */
  @Test
  @Tag("I02")
  void aCancelLeavesNoInterruptBehindInAPool() throws Exception {
    try (var pool = Executors.newSingleThreadExecutor()) {
      for (var reply :
          List.of(
              Reply.says("One ", "two").stallAfterEvent(4),
              Reply.calls("write", "{\"path\":\"a\"}"))) {
        try (var world = World.answering(request -> reply)) {
          var cancellation = new Cancellation();
          var waits =
              world.tool(
                  "write",
                  "path",
                  (input, context) -> {
                    cancellation.cancel();
                    Thread.sleep(Duration.ofHours(1));
                    return ToolOutput.text("never");
                  });
          var runner = world.runner().tools(waits).build();
          var outcome =
              pool.submit(() ->
                  runner
                      .run(
                          Transcript.of("Go."),
                          event -> {
                            if (event instanceof AgentEvent.TextDelta) {
                              Thread.startVirtualThread(cancellation::cancel);
                            }
                          },
                          RunOptions.DEFAULT.cancelledBy(cancellation))
                      .outcome());
          assertThat(outcome.get()).isEqualTo(RunOutcome.CANCELLED);
          assertThat(pool.submit(Thread::interrupted).get()).isFalse();
        }
      }
    }
  }

  /** In a process of its own, whose heap could not hold what was sent in all turns. */
  @Test
  @Tag("I08")
  @Tag("I09")
  void hundredsOfRunsAndTurnsLeaveNoThreadAndNoMemoryBehind() throws Exception {
    var text = "x".repeat(2_000);
    try (var server =
        MessagesServer.builder()
            .withoutRules()
            .keepRequests(1)
            .start(request -> {
              int turns =
                  request.messages().getFirst().toString().contains(RunsOnAndOn.LONG)
                      ? RunsOnAndOn.TURNS
                      : 1;
              return request.turn() <= turns
                  ? Reply.calls("note", "{\"text\":\"%d %s\"}".formatted(request.turn(), text))
                  : Reply.says("Done.");
            })) {
      var said = saidBy(RunsOnAndOn.class, server.baseUri().toString());
      assertThat(said).contains("messages " + (2 * RunsOnAndOn.TURNS + 2), "ended COMPLETED");
      var warm = number(said, "warm threads ");
      assertThat(number(said, "runs threads ")).isLessThanOrEqualTo(warm + 3);
      assertThat(number(said, "turns threads ")).isLessThanOrEqualTo(warm + 3);
      int before = number(said, "warm kilobytes ");
      assertThat(number(said, "runs kilobytes ")).isLessThan(before + 4_096);
      assertThat(number(said, "turns kilobytes ")).isLessThan(before + 16_384);
    }
  }

  private static int number(List<String> said, String label) {
    return said.stream()
        .filter(line -> line.startsWith(label))
        .mapToInt(line -> Integer.parseInt(line.substring(label.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(said));
  }

  private static List<String> saidBy(Class<?> program, String argument) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var process =
        new ProcessBuilder(
                java,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                program.getName(),
                argument)
            .redirectErrorStream(true)
            .start();
    try {
      var said = process.inputReader().lines().toList();
      assertThat(process.waitFor()).as("%s", said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Tag("I11")
  void nothingIsKeptInAThreadForLater() {
    var classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millrace.agent");
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.(Inheritable)?ThreadLocal")
        .check(classes);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.LogContext")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.slf4j\\.MDC")
        .check(classes);
  }
}
