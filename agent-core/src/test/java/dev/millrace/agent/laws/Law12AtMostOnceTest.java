package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Law 12, at most once: a tool's effect happens at most once per call unless it is repeatable. What
 * is on the disk while a tool runs is what a crash would leave of its session.
 */
class Law12AtMostOnceTest {
  private static final String IN = "{\"order\":\"7\"}";
  private static final Message ORDER = Message.user("One of number 7, please.");

  private final List<String> keys = new CopyOnWriteArrayList<>();

  @TempDir private Path folder = Path.of("");

  private Path sessions() {
    return folder.resolve("sessions");
  }

  private Path crashed() {
    return folder.resolve("crashed");
  }

  /** Copies the sessions as they are while the tool runs, and then has its effect. */
  private ToolOutput crashWhileItRuns(String idempotencyKey) throws IOException {
    if (!Files.exists(crashed())) {
      Files.createDirectory(crashed());
      try (var files = Files.list(sessions())) {
        for (var file : files.toList()) {
          Files.copy(file, crashed().resolve(file.getFileName()));
        }
      }
    }
    keys.add(idempotencyKey);
    return ToolOutput.text("paid");
  }

  private Tool paying(World world) {
    return world.tool(
        "pay", "order", (input, context) -> crashWhileItRuns(context.idempotencyKey()));
  }

  private static Reply answer(RecordedRequest request) {
    return request.turn() == 1
        ? Reply.calls("toolu_1", "pay", IN).calls("toolu_2", "lock", IN)
        : Reply.says("Done.");
  }

  private AgentRunner runner(World world, Tool pay) {
    var lock = world.tool("lock", "order").with(ToolTraits.DEFAULT.exclusive());
    return world.runner().tools(pay, lock).withoutEarlyDispatch().build();
  }

  private Transcript run(AgentRunner runner, Path store, boolean isResumed) {
    return run(runner, store, isResumed, RunOptions.DEFAULT);
  }

  private Transcript run(AgentRunner runner, Path store, boolean isResumed, RunOptions options) {
    try (var session = Session.open(FileSessionStore.in(store), "order")) {
      var transcript = isResumed ? session.transcript() : session.plus(ORDER);
      runner.run(transcript, RunListener.NONE, options.session(session));
      return session.transcript();
    }
  }

  private static List<String> told(Transcript transcript) {
    return transcript.messages().stream()
        .flatMap(message -> message.toolResults().stream())
        .map(ToolResult::text)
        .toList();
  }

  @Test
  @Tag("G15")
  @Tag("J04")
  void aCallThatHadBegunWhenItsProcessDiedIsNotRunAgainAndTheModelIsTold() {
    try (var world = World.answering(Law12AtMostOnceTest::answer)) {
      var runner = runner(world, paying(world));
      run(runner, sessions(), false);
      var resumed = run(runner, crashed(), true);
      assertThat(keys).containsExactly("order/toolu_1");
      assertThat(told(resumed)).hasSize(2);
      assertThat(told(resumed).getFirst()).startsWith("Not known whether this call had its effect");
      assertThat(told(resumed).getLast())
          .as("told of the call that had not begun")
          .isEqualTo("done");
      World.assertPaired(resumed);
      world.server().verify();
    }
  }

  @Test
  @Tag("G15")
  void aRepeatableCallIsRunAgainUnderTheSameKey() {
    try (var world = World.answering(Law12AtMostOnceTest::answer)) {
      var runner = runner(world, paying(world).with(ToolTraits.DEFAULT.repeatable()));
      run(runner, sessions(), false);
      var resumed = run(runner, crashed(), true);
      assertThat(keys).hasSize(2).containsOnly("order/toolu_1");
      assertThat(told(resumed)).containsExactly("paid", "done");
      world.server().verify();
    }
  }

  @Test
  @Tag("G15")
  @Tag("G16")
  void aNewMessageAfterTheCrashFindsTheSameCallInDoubtAndTheOtherNotRun() {
    try (var world = World.answering(Law12AtMostOnceTest::answer)) {
      var runner = runner(world, paying(world));
      run(runner, sessions(), false);
      int ran = world.ran().size();
      try (var session = Session.open(FileSessionStore.in(crashed()), "order")) {
        var next = session.plus(Message.user("How far are you?"));
        var result = runner.run(next, RunListener.NONE, RunOptions.DEFAULT.session(session));
        assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
        var told = told(session.transcript());
        assertThat(told.getFirst()).startsWith("Not known whether this call had its effect");
        assertThat(told.getLast()).startsWith("Not run: ");
      }
      assertThat(world.ran()).as("nothing ran again").hasSize(ran);
      world.server().verify();
    }
  }

  @Test
  @Tag("G15")
  void aCallInDoubtCannotBeTalkedAway() {
    try (var world = World.answering(Law12AtMostOnceTest::answer)) {
      var runner = runner(world, paying(world));
      run(runner, sessions(), false);
      try (var session = Session.open(FileSessionStore.in(crashed()), "order")) {
        var options = RunOptions.DEFAULT.session(session);
        var ignorant = session.transcript().plus(Message.user("How far are you?"));
        var elsewhere = Transcript.of("Something else.").plus(Message.user("And more."));
        for (var transcript : List.of(ignorant, elsewhere, Transcript.of("Hello."))) {
          assertThatThrownBy(() -> runner.run(transcript, RunListener.NONE, options))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("session.plus(message)");
        }
      }
      assertThat(keys).hasSize(1);
    }
  }

  @Test
  @Tag("G16")
  void aCallCancelledBeforeDuringAndAfterItRanIsToldApart() throws IOException {
    var cancellation = new Cancellation();
    try (var world = World.answering(Law12AtMostOnceTest::threeCalls)) {
      var during =
          world
              .tool(
                  "during",
                  "order",
                  (input, context) -> {
                    cancellation.cancel();
                    Thread.sleep(3_600_000);
                    return ToolOutput.text("slept");
                  })
              .with(ToolTraits.DEFAULT.exclusive());
      var before = world.tool("before", "order").with(ToolTraits.DEFAULT.exclusive());
      var after = world.tool("after", "order").with(ToolTraits.DEFAULT.exclusive());
      var runner = world.runner().tools(after, during, before).build();
      var options = RunOptions.DEFAULT.cancelledBy(cancellation);
      var told = new ArrayList<>(told(run(runner, sessions(), false, options)));
      assertThat(told.removeFirst()).isEqualTo("done");
      assertThat(told.removeFirst()).contains("Whether it had an effect is not known");
      assertThat(told.removeFirst()).startsWith("Not run: ");
      assertThat(told).isEmpty();
    }
  }

  private static Reply threeCalls(RecordedRequest request) {
    return Reply.calls("toolu_1", "after", IN)
        .calls("toolu_2", "during", IN)
        .calls("toolu_3", "before", IN);
  }

  @Test
  @Tag("G15")
  void aCallOfAMessageThatBrokeOffIsNotRunWhicheverWayItIsAskedAgain() {
    try (var world =
        World.answering(request ->
            request.number() == 1 ? cutBeforeItsEnd(answer(request)) : answer(request))) {
      var runner = runner(world, paying(world));
      try (var session = Session.open(FileSessionStore.in(sessions()), "order")) {
        var options = RunOptions.DEFAULT.session(session);
        assertThatThrownBy(() -> runner.run(session.plus(ORDER), RunListener.NONE, options))
            .hasMessageContaining("turn 1");
        assertThat(keys).isEmpty();
        runner.run(session.transcript(), RunListener.NONE, options);
      }
      assertThat(keys).containsExactly("order/toolu_1");
    }
  }

  /** Both calls have arrived, and the end of the message has not. */
  private static Reply cutBeforeItsEnd(Reply reply) {
    return reply.cutAfterEvent(9, Cut.FIN);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F06")
  void aTurnThatIsAskedForAgainMakesItsCallsOnce(Cut way) {
    var turn = Reply.says("I pay. ").calls("pay", IN);
    try (var world = World.recovering(turn.cutAfterEvent(7, way), turn, Reply.says("Paid."))) {
      var result = world.run(world.runner().tools(world.tool("pay", "order")), "Pay.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(1);
      world.server().verify();
    }
  }
}
