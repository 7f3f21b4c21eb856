package dev.millrace.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that are read-only or repeatable start while their message still arrives. */
class EarlyDispatchTest {
  private static final ToolTraits READ_ONLY = ToolTraits.DEFAULT.readOnly();
  private static final String INPUT = "{\"path\":\"a\"}";

  /** After {@code message_start}: start, two deltas and stop of the call; start of the text. */
  private static final int NEXT_BLOCK_HAS_BEGUN = 6;

  private static MessageReply callThenText() {
    return Reply.calls("look", INPUT).says("and so on").stops("tool_use");
  }

  @Test
  void itsResultIsUsedAndItRunsOnce() {
    try (var world = World.scripted(callThenText(), Reply.says("Done."))) {
      var result =
          world.run(world.runner().tools(world.tool("look", "path").with(READ_ONLY)), "Go.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(1);
      assertThat(World.lastResults(result.transcript()).getFirst().text()).isEqualTo("done");
      world.server().verify();
    }
  }

  /** What ends in the middle of the message has run nothing, if the tool must not start early. */
  private static void assertNothingRan(World world, Tool look) {
    var runner = world.runner().tools(look, world.tool("other", "path"));
    world.failure(runner, "Look.");
    assertThat(world.ran()).isEmpty();
  }

  @Test
  void otherToolsDoNotStartEarly() {
    var cut = callThenText().cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN);
    for (var traits : new ToolTraits[] {ToolTraits.DEFAULT, READ_ONLY.exclusive()}) {
      try (var world = World.scripted(cut)) {
        assertNothingRan(world, world.tool("look", "path").with(traits));
      }
    }
  }

  @Test
  void noneStartsEarlyAfterACallThatDoesNot() {
    var reply = Reply.calls("other", INPUT).calls("look", INPUT).says("and so on");
    try (var world = World.scripted(reply.cutAfterEvent(10, Cut.FIN))) {
      assertNothingRan(world, world.tool("look", "path").with(READ_ONLY));
    }
  }

  @Test
  void anInputThatIsRefusedDoesNotStartEither() {
    var reply = Reply.calls("look", "{\"path\":5}").says("and so on");
    try (var world = World.scripted(reply.cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN))) {
      assertNothingRan(world, world.tool("look", "path").with(READ_ONLY));
    }
  }

  @Test
  void aCallThatAnotherModelTookOverDoesNotStart() {
    var fallback = "{\"type\":\"fallback\",\"from\":{\"model\":\"a\"},\"to\":{\"model\":\"b\"}}";
    var reply = Reply.calls("look", INPUT).block(fallback).says("and so on");
    try (var world = World.scripted(reply.cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN))) {
      assertNothingRan(world, world.tool("look", "path").with(READ_ONLY));
    }
  }

  /** Which model's calls count is not known before the end. */
  @Test
  void nothingStartsEarlyWhenAnotherModelMayTakeOver() {
    var cut = callThenText().cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN);
    try (var world = World.answering(request -> cut)) {
      var look = world.tool("look", "path").with(READ_ONLY);
      var runner =
          world
              .runner()
              .tools(look)
              .betas("server-side-fallback-2026-07-01")
              .member("fallbacks", RawJson.ofString("default"));
      world.failure(runner, "Look.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @Test
  void nothingStartsEarlyWhenThatIsOff() {
    try (var world = World.scripted(callThenText().cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN))) {
      var look = world.tool("look", "path").with(READ_ONLY);
      world.failure(world.runner().tools(look).withoutEarlyDispatch(), "Look.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_tokens", "refusal", "end_turn"})
  void whatWasStartedIsToldToStopWhenTheMessageDoesNotAskForIt(String reason) throws Exception {
    var stopped = new CountDownLatch(1);
    var reply = callThenText().stops(reason);
    try (var world = World.scripted(reply, Reply.says("Done."))) {
      var look =
          world
              .tool(
                  "look",
                  "path",
                  (input, context) -> {
                    context.cancelSignal().onCancel(stopped::countDown);
                    Thread.sleep(3_600_000);
                    return ToolOutput.text("seen");
                  })
              .with(READ_ONLY);
      var result = world.run(world.runner().tools(look), "Look.");
      // One whose thread has not run yet is not begun any more.
      assertThat(world.ran().isEmpty() || stopped.await(60, TimeUnit.SECONDS)).isTrue();
      World.lastResults(result.transcript())
          .forEach(told -> assertThat(told.text()).startsWith("Its result is dropped"));
      World.assertPaired(result.transcript());
    }
  }

  @Test
  void theSameCallAfterABrokenAnswerIsNotRunAgainAndAnsweredUnderItsNewId() {
    var first = Reply.calls("toolu_1", "look", INPUT).says("and so on");
    var again = Reply.calls("toolu_2", "look", INPUT).says("and so on").stops("tool_use");
    try (var world =
        World.recovering(
            first.cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN), again, Reply.says("Done."))) {
      var look = world.tool("look", "path").with(READ_ONLY);
      var result = world.run(world.runner().tools(look), "Look.");
      assertThat(world.ran()).hasSize(1);
      var told = World.lastResults(result.transcript()).getFirst();
      assertThat(told.toolUseId()).isEqualTo("toolu_2");
      assertThat(told.text()).isEqualTo("done");
      world.server().verify();
    }
  }

  @Test
  void anotherCallAfterABrokenAnswerDropsTheFirst() {
    var first = Reply.calls("look", INPUT).says("and so on");
    var other = Reply.calls("look", "{\"path\":\"b\"}").says("and so on").stops("tool_use");
    try (var world =
        World.recovering(
            first.cutAfterEvent(NEXT_BLOCK_HAS_BEGUN, Cut.FIN), other, Reply.says("Done."))) {
      var look =
          world
              .tool(
                  "look",
                  "path",
                  (input, context) -> ToolOutput.text(input.path("path").asString()))
              .with(READ_ONLY);
      var result = world.run(world.runner().tools(look), "Look.");
      assertThat(World.lastResults(result.transcript()))
          .singleElement()
          .satisfies(told -> assertThat(told.text()).isEqualTo("b"));
    }
  }

  @Test
  void thePolicyIsAskedOnceOfEachCall() {
    var asked = new AtomicInteger();
    try (var world = World.scripted(callThenText(), Reply.says("Done."))) {
      var runner =
          world
              .runner()
              .tools(world.tool("look", "path").with(READ_ONLY))
              .policy((use, tool) -> {
                asked.incrementAndGet();
                return ToolPolicy.allow();
              });
      world.run(runner, "Look.");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void twoCallsWithOneIdAreBothRefusedAlthoughTheFirstHadStarted() {
    var reply =
        Reply.calls("toolu_1", "look", INPUT)
            .calls("toolu_1", "look", "{\"path\":\"b\"}")
            .stops("tool_use");
    try (var world = World.scripted(reply, Reply.says("Done."))) {
      var look = world.tool("look", "path").with(READ_ONLY);
      var result = world.run(world.runner().tools(look), "Look.");
      var told = World.lastResults(result.transcript());
      assertThat(told.getFirst().text()).startsWith("Its result is dropped");
      assertThat(told.getLast().text()).startsWith("Not run");
      World.assertSendable(result.transcript());
    }
  }
}
