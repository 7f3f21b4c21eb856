package dev.millrace.agent.failures;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.InvalidRequestException;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.testkit.Reply;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that change hands, histories that are refused, readers that are slow, runs that end. */
class FlowFailuresTest {
  private static final String INPUT = "{\"path\":\"%s\"}";

  @TempDir private Path folder = Path.of("");

  private Session open() {
    return Session.open(FileSessionStore.in(folder), "s");
  }

  @Test
  @Tag("H12")
  void whoResumesASessionWithAnotherAgentIsToldSo() {
    try (var world = World.answering(request -> Reply.says("Yes."));
        var session = open()) {
      var options = RunOptions.DEFAULT.session(session);
      for (var system : new String[] {"Be kind.", "Be kind.", "Be brief."}) {
        world
            .runner()
            .system(system)
            .build()
            .run(session.plus(Message.user("Well?")), world.events()::add, options);
      }
      assertThat(world.events(AgentEvent.SessionResumed.class))
          .extracting(AgentEvent.SessionResumed::isChanged)
          .containsExactly(false, true);
    }
  }

  @Test
  @Tag("H12")
  void aPendingCallOfAToolThatIsGoneIsAnsweredAsUnknown() {
    var transcript = Transcript.of("Write.");
    try (var world = World.scripted(Reply.calls("write", INPUT.formatted("a")), Reply.says("Oh."));
        var session = open()) {
      var options = RunOptions.DEFAULT.session(session);
      var pausing = world.runner().policy((use, tool) -> ToolPolicy.pause("?"));
      pausing.build().run(transcript, RunListener.NONE, options);
      var other = world.runner().tools(world.tool("read", "path")).build();
      var result = other.run(session.transcript(), RunListener.NONE, options);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(World.lastResults(result.transcript()).getFirst().text())
          .contains("there is no tool named \"write\"");
    }
  }

  @Test
  @Tag("H13")
  void aHistoryThatTheServerRefusesIsSentOnce() {
    var refusal = "messages.3: text content blocks must be non-empty";
    try (var world =
        World.answering(request -> Reply.error(400, "invalid_request_error", refusal))) {
      var failure = world.failure(world.runner(), "Hello.");
      assertThat(failure).hasCauseInstanceOf(InvalidRequestException.class);
      assertThat(failure).hasMessageContaining("messages.3");
      assertThat(world.server().requestCount()).isOne();
      World.assertSendable(failure.transcript());
    }
  }

  @Test
  @Tag("I07")
  void twoRunsOfOneSessionAtOnceAreRefused() throws InterruptedException {
    try (var world = World.scripted(Reply.says("One ", "two").stallAfterEvent(3));
        var session = open()) {
      var runner = world.runner().build();
      var options = RunOptions.DEFAULT.session(session);
      try (var first = runner.start(session.plus(Message.user("Count.")), options)) {
        world.server().awaitRequests(1, Duration.ofSeconds(60));
        assertThatIllegalStateException()
            .isThrownBy(
                () -> runner.run(session.plus(Message.user("Stop.")), RunListener.NONE, options))
            .withMessageContaining("in use by another run");
        first.cancel();
      }
      assertThat(session.transcript().messages()).hasSize(1);
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
  void aListenerThatCancelsIsObeyedAndOneThatThrowsEndsTheRun() {
    try (var world = World.answering(request -> Reply.says("One ", "two ", "three"))) {
      var cancellation = new Cancellation();
      RunListener cancelling =
          event -> {
            if (event instanceof AgentEvent.TextDelta) {
              cancellation.cancel();
            }
          };
      var options = RunOptions.DEFAULT.cancelledBy(cancellation);
      var result = world.runner().build().run(Transcript.of("Count."), cancelling, options);
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
    }
  }

  @Test
  @Tag("I08")
  @Tag("I09")
  void threeHundredTurnsLeaveNoThreadBehindAndHoldTheirHistoryOnce() {
    var turn = new AtomicInteger();
    try (var world =
        World.answering(request ->
            turn.incrementAndGet() <= 300
                ? Reply.calls("write", INPUT.formatted(turn))
                : Reply.says("Done."))) {
      var runner = world.runner().limits(Limits.DEFAULT.turns(400));
      var threads = ManagementFactory.getThreadMXBean();
      var names = new TreeSet<String>();
      RunListener watch =
          event -> {
            if (event instanceof AgentEvent.TurnStarted) {
              for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (info != null && info.getThreadName().startsWith("millrace")) {
                  names.add(info.getThreadId() + " " + info.getThreadName());
                }
              }
            }
          };
      var result = runner.build().run(Transcript.of("Write."), watch);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.transcript().messages()).hasSize(602);
      var own = ":" + world.server().port();
      assertThat(names.stream().filter(name -> name.endsWith(own))).hasSizeLessThan(5);
    }
  }

  @Test
  @Tag("I11")
  void nothingIsKeptInAThreadForLater() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.(Inheritable)?ThreadLocal|org\\.slf4j\\.MDC")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.millrace.agent"));
  }
}
