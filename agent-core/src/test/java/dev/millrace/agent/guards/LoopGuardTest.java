package dev.millrace.agent.guards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.Limits;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Reply;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that goes in circles is told, then refused, then stopped. */
class LoopGuardTest {
  private static Reply call(String path) {
    return Reply.calls("write", "{\"path\":\"" + path + "\"}");
  }

  @Test
  @Tag("H01")
  void theSameCallIsRunThreeTimesThenRefusedThenEndsTheRun() {
    try (var world = World.answering(request -> call("a"))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LOOP_DETECTED);
      assertThat(world.ran()).hasSize(3);
      var requests = world.server().requests();
      assertThat(requests).hasSize(5);
      assertThat(requests.get(3).lastUserText()).contains("same calls several times");
      assertThat(requests.get(4).toolResults().getLast().text()).startsWith("Not run: the same");
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("H01")
  void theOrderOfAnInputsMembersMakesNoOtherCall() {
    var inputs = new String[] {"{\"path\":\"a\",\"mode\":1}", "{ \"mode\": 1, \"path\": \"a\" }"};
    var turn = new AtomicInteger();
    try (var world =
        World.answering(request -> Reply.calls("put", inputs[turn.getAndIncrement() % 2]))) {
      var put = Tool.of("put", "Puts.", Put.class, input -> "put " + input.path());
      var result = world.run(world.runner().tools(put), "Put.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LOOP_DETECTED);
    }
  }

  /** An input of two members. */
  record Put(String path, int mode) {}

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  @Tag("H02")
  void aShortCycleEndsTheRun(int period) {
    var turn = new AtomicInteger();
    try (var world = World.answering(request -> call("file " + turn.getAndIncrement() % period))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LOOP_DETECTED);
      assertThat(world.ran()).hasSize(3 * period);
      World.assertSendable(result.transcript());
    }
  }

  @Test
  void aModelThatHeedsTheWarningGoesOn() {
    try (var world =
        World.scripted(
            call("a"), call("a"), call("a"), call("b"), call("a"), Reply.says("Done."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(5);
      world.server().verify();
    }
  }

  @Test
  @Tag("H02")
  void theSameErrorAgainAndAgainEndsTheRunHoweverTheInputsDiffer() {
    var turn = new AtomicInteger();
    try (var world = World.answering(request -> call("try " + turn.getAndIncrement()))) {
      var broken =
          world.tool(
              "write",
              "path",
              (input, context) -> {
                throw new ToolFailure("the disk is full");
              });
      var result = world.run(world.runner().tools(broken), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LOOP_DETECTED);
      assertThat(world.ran()).hasSize(8);
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("H01")
  void aToolThatIsAPollMayBeCalledAgainAndAgain() {
    var turns = new AtomicInteger();
    try (var world =
        World.answering(
            request -> turns.incrementAndGet() <= 20 ? call("a") : Reply.says("Ready."))) {
      var poll = world.tool("write", "path").with(ToolTraits.DEFAULT.poll());
      RunResult result = world.run(world.runner().tools(poll), "Wait.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(20);
    }
  }

  @Test
  @Tag("H01")
  void callsThatDifferGoOnToTheLimit() {
    var turns = new AtomicInteger();
    try (var world = World.answering(request -> call("file " + turns.incrementAndGet()))) {
      var result = world.run(world.runner().limits(Limits.DEFAULT.turns(30)), "Write all.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(world.ran()).hasSize(30);
    }
  }
}
