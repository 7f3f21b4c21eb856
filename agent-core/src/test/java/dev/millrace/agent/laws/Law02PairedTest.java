package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.Limits;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Law 2, paired: every tool use gets exactly one result, in the next message, whatever happened.
 */
class Law02PairedTest {
  private static final String OK = "{\"path\":\"a\"}";

  @Test
  void everyKindOfTroubleInOneTurnIsAnsweredInTheOrderOfTheCalls() {
    var turn =
        Reply.calls("toolu_1", "write", OK)
            .calls("toolu_2", "unknown", OK)
            .calls("toolu_3", "write", "{}")
            .calls("toolu_4", "throws", OK)
            .calls("toolu_5", "fails", OK)
            .calls("toolu_6", "overflows", OK)
            .calls("toolu_7", "hangs", OK)
            .calls("toolu_8", "denied", OK)
            .calls("toolu_9", "silent", OK)
            .calls("toolu_10", "asserts", OK);
    try (var world = World.scripted(turn, Reply.says("Understood."))) {
      var tools =
          Toolbox.of(
              world.tool("write", "path"),
              world.tool(
                  "throws",
                  "path",
                  (input, context) -> {
                    throw new IllegalStateException("no space left");
                  }),
              world.tool(
                  "fails",
                  "path",
                  (input, context) -> {
                    throw new ToolFailure("Give a path below src.");
                  }),
              world.tool("overflows", "path", (input, context) -> overflow(0)),
              world
                  .tool("hangs", "path", (input, context) -> hang())
                  .with(ToolTraits.DEFAULT.timeout(Duration.ofMillis(100))),
              world.tool("denied", "path"),
              world.tool("silent", "path", (input, context) -> null),
              world.tool(
                  "asserts",
                  "path",
                  (input, context) -> {
                    throw new AssertionError("broken invariant");
                  }));
      ToolPolicy policy =
          (use, tool) ->
              tool.name().equals("denied") ? ToolPolicy.deny("not today") : ToolPolicy.allow();
      var result = world.run(world.runner().tools(tools).policy(policy), "Do all of it.");

      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      var answers = World.lastResults(result.transcript());
      assertThat(answers)
          .extracting(ToolResult::toolUseId)
          .containsExactly(
              "toolu_1",
              "toolu_2",
              "toolu_3",
              "toolu_4",
              "toolu_5",
              "toolu_6",
              "toolu_7",
              "toolu_8",
              "toolu_9",
              "toolu_10");
      assertThat(answers)
          .extracting(ToolResult::isError)
          .containsExactly(false, true, true, true, true, true, true, true, false, true);
      assertThat(answers.get(1).text()).contains("no tool named \"unknown\"").contains("write");
      assertThat(answers.get(2).text()).contains("path");
      assertThat(answers.get(3).text()).contains("no space left");
      assertThat(answers.get(4).text()).isEqualTo("Give a path below src.");
      assertThat(answers.get(6).text()).contains("Timed out").contains("not known");
      assertThat(answers.get(7).text()).contains("denied: not today");
      assertThat(answers.get(8).text()).isEqualTo("(no output)");
      World.assertPaired(result.transcript());
      world.server().verify();
    }
  }

  @Test
  @Tag("H03")
  void callsBeyondTheLimitAreAnsweredAsNotRun() {
    var first = Reply.calls("toolu_1", "write", OK);
    var second = Reply.calls("toolu_2", "write", OK).calls("toolu_3", "write", OK);
    try (var world = World.scripted(first, second)) {
      var result = world.run(world.runner().limits(Limits.DEFAULT.toolCalls(2)), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(world.ran()).hasSize(1);
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("G11")
  void twoCallsWithOneIdAreBothAnsweredAndNeitherRuns() {
    var turn = Reply.calls("toolu_1", "write", OK).calls("toolu_1", "write", OK);
    try (var world = World.scripted(turn, Reply.says("Sorry."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript())).hasSize(2);
      World.assertSendable(result.transcript());
      world.server().verify();
    }
  }

  @Test
  @Tag("G12")
  void idsAndNamesThatAreNoIdentifiersAreMadeSendable() {
    var turn = Reply.calls("call:1/é", "write", OK).calls("", "Write File!", OK);
    try (var world = World.scripted(turn, Reply.says("Sorry."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(world.ran()).hasSize(1);
      World.assertSendable(result.transcript());
      world.server().verify();
    }
  }

  @Test
  @Tag("I01")
  void aCancelWhileToolsRunAnswersEachCallHonestly() {
    var cancellation = new Cancellation();
    var turn =
        Reply.calls("toolu_1", "write", OK)
            .calls("toolu_2", "cancels", OK)
            .calls("toolu_3", "later", OK);
    try (var world = World.scripted(turn)) {
      var cancels =
          world.tool(
              "cancels",
              "path",
              (input, context) -> {
                cancellation.cancel();
                return hang();
              });
      var tools =
          Toolbox.of(
              world.tool("write", "path").with(ToolTraits.DEFAULT.exclusive()),
              cancels.with(ToolTraits.DEFAULT.exclusive()),
              world.tool("later", "path"));
      var result =
          world
              .runner()
              .tools(tools)
              .build()
              .run(
                  Transcript.of("Go."),
                  world.events()::add,
                  RunOptions.DEFAULT.cancelledBy(cancellation));
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
      assertThat(World.lastResults(result.transcript()))
          .extracting(ToolResult::text)
          .satisfiesExactly(
              finished -> assertThat(finished).isEqualTo("done"),
              unknown -> assertThat(unknown).contains("Cancelled").contains("not known"),
              notStarted -> assertThat(notStarted).contains("Not run").contains("cancelled"));
      World.assertSendable(result.transcript());
    }
  }

  @Test
  void aHundredParallelCallsGetAHundredResultsInOrder() {
    MessageReply turn = Reply.message();
    for (int i = 0; i < 100; i++) {
      turn = turn.calls("toolu_" + i, "write", OK);
    }
    try (var world = World.scripted(turn, Reply.says("Done."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(World.lastResults(result.transcript()))
          .extracting(ToolResult::toolUseId)
          .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "toolu_" + i).toList());
      world.server().verify();
    }
  }

  private static ToolOutput hang() throws InterruptedException {
    new CountDownLatch(1).await();
    throw new AssertionError("unreachable");
  }

  private static ToolOutput overflow(int depth) {
    return depth < 0 ? ToolOutput.text("never") : overflow(depth + 1);
  }
}
