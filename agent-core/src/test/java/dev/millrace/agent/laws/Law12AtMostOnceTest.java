package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 12, at most once: a tool's effect happens at most once per call, whatever ends the run. */
class Law12AtMostOnceTest {
  private static final ToolUse PAY =
      new ToolUse("toolu_pay", "pay", RawJson.parse("{\"to\":\"ada\"}"));

  @TempDir Path folder;

  private final List<String> keys = new CopyOnWriteArrayList<>();

  private Session open() {
    return Session.open(FileSessionStore.in(folder), "s1");
  }

  /** A process that ended after the model had called {@code pay}, and what its journal holds. */
  private void interruptedAfter(Consumer<Session.Running> steps) {
    try (var session = open()) {
      var asked = session.plus(Message.user("Pay Ada."));
      try (var running = session.begin(asked)) {
        running.said(asked.plus(Message.of(Role.ASSISTANT, List.of(PAY))));
        steps.accept(running);
      }
    }
  }

  private Tool pay(World world) {
    return world.tool(
        "pay",
        "to",
        (input, context) -> {
          keys.add(context.idempotencyKey());
          return ToolOutput.text("paid");
        });
  }

  private RunResult resumed(AgentRunner.Builder runner) {
    try (var session = open()) {
      var options = RunOptions.DEFAULT.session(session);
      return runner.build().run(session.transcript(), event -> {}, options);
    }
  }

  @Test
  @Tag("G15")
  void aCallThatMayHaveHadItsEffectIsNotMadeAgain() {
    interruptedAfter(running -> running.begins(PAY, false));
    try (var world = World.scripted(Reply.says("I will look."))) {
      var result = resumed(world.runner().tools(pay(world)));
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()).getFirst().text())
          .startsWith("Not known whether this call had its effect");
      world.server().verify();
    }
  }

  @Test
  @Tag("G15")
  void aRepeatableCallIsMadeAgainUnderTheSameKey() {
    interruptedAfter(running -> running.begins(PAY, true));
    try (var world = World.scripted(Reply.says("Paid."))) {
      resumed(world.runner().tools(pay(world).with(ToolTraits.DEFAULT.repeatable())));
      assertThat(keys).containsExactly("s1/toolu_pay");
    }
  }

  @Test
  @Tag("G15")
  void aCallThatNeverBeganIsMade() {
    interruptedAfter(running -> {});
    try (var world = World.scripted(Reply.says("Paid."))) {
      resumed(world.runner().tools(pay(world)));
      assertThat(world.ran()).hasSize(1);
    }
  }

  @Test
  @Tag("G15")
  void aResultThatWasKeptIsTheResult() {
    interruptedAfter(running -> {
      running.begins(PAY, false);
      running.ends(ToolResult.of(PAY.id(), "paid before"));
    });
    try (var world = World.scripted(Reply.says("Paid."))) {
      var result = resumed(world.runner().tools(pay(world)));
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()).getFirst().text()).isEqualTo("paid before");
    }
  }

  @Test
  @Tag("G15")
  void aNewMessageDoesNotHideThatACallHadBegun() {
    interruptedAfter(running -> running.begins(PAY, false));
    try (var session = open()) {
      Transcript next = session.plus(Message.user("And Bob."));
      assertThat(World.lastResults(next).getFirst().text()).startsWith("Not known");
      World.assertSendable(
          next.plus(Message.of(Role.ASSISTANT, next.messages().getFirst().content())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTurnThatIsAskedForAgainMakesItsCallsOnce(Cut way) {
    var turn = Reply.says("I pay. ").calls("pay", "{\"to\":\"ada\"}");
    try (var world = World.recovering(turn.cutAfterEvent(7, way), turn, Reply.says("Paid."))) {
      var result = world.run(world.runner().tools(pay(world)), "Pay Ada.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(1);
      world.server().verify();
    }
  }
}
