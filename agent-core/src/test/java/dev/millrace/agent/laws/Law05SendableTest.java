package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Law 5, sendable: after every kind of end, the transcript and a new user message are accepted. */
class Law05SendableTest {
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final UnaryOperator<AgentRunner.Builder> PLAIN = UnaryOperator.identity();

  static Stream<Arguments> ends() {
    var calls = Reply.thinks("Hm.").says("Now. ").calls("write", INPUT).calls("write", INPUT);
    var dangling =
        "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{}}";
    return Stream.of(
        Arguments.of(RunOutcome.COMPLETED, PLAIN, List.of(calls, Reply.says("Done."))),
        Arguments.of(RunOutcome.COMPLETED, PLAIN, List.of(calls, Reply.message())),
        Arguments.of(RunOutcome.COMPLETED, PLAIN, List.of(Reply.says("Hm.").stops("tool_use"))),
        Arguments.of(RunOutcome.COMPLETED, PLAIN, List.of(Reply.message().stops("tool_use"))),
        Arguments.of(RunOutcome.COMPLETED, PLAIN, List.of(calls, Reply.says(" ", "\n"))),
        Arguments.of(RunOutcome.MAX_TOKENS, PLAIN, List.of(Reply.says("Ha").stops("max_tokens"))),
        Arguments.of(RunOutcome.MAX_TOKENS, PLAIN, List.of(Reply.message().stops("max_tokens"))),
        Arguments.of(RunOutcome.REFUSED, PLAIN, List.of(calls, Reply.message().stops("refusal"))),
        Arguments.of(RunOutcome.REFUSED, PLAIN, List.of(calls.stops("refusal"))),
        Arguments.of(RunOutcome.LIMIT_REACHED, limited(Limits.DEFAULT.turns(1)), List.of(calls)),
        Arguments.of(
            RunOutcome.LIMIT_REACHED,
            withWebSearch(Limits.DEFAULT.turns(2)),
            List.of(
                Reply.message().block(dangling).stops("pause_turn"),
                Reply.message().block(dangling.replace("_1", "_2")).stops("pause_turn"))),
        Arguments.of(
            RunOutcome.LIMIT_REACHED,
            withWebSearch(Limits.DEFAULT.turns(1)),
            List.of(Reply.message().block(dangling).calls("write", INPUT))),
        Arguments.of(
            RunOutcome.LIMIT_REACHED,
            limited(Limits.DEFAULT.outputTokens(10)),
            List.of(calls.usage(5, 10))),
        Arguments.of(
            RunOutcome.LIMIT_REACHED,
            limited(Limits.DEFAULT.costUsd(new java.math.BigDecimal("0.001"))),
            List.of(calls.usage(5, 1_000))),
        Arguments.of(
            RunOutcome.CONTEXT_FULL, PLAIN, List.of(calls.stops("model_context_window_exceeded"))),
        Arguments.of(RunOutcome.UNKNOWN_STOP_REASON, PLAIN, List.of(calls.stops("tired"))),
        Arguments.of(
            RunOutcome.PAUSED,
            (UnaryOperator<AgentRunner.Builder>)
                runner -> runner.policy((use, tool) -> ToolPolicy.pause("ask first")),
            List.of(calls)));
  }

  private static UnaryOperator<AgentRunner.Builder> limited(Limits limits) {
    return runner -> runner.limits(limits);
  }

  private static UnaryOperator<AgentRunner.Builder> withWebSearch(Limits limits) {
    var definition = RawJson.parse("{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}");
    return runner -> runner.limits(limits).serverTools(definition);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @Tag("B11")
  @Tag("B12")
  @Tag("H08")
  void afterAResult(
      RunOutcome outcome, UnaryOperator<AgentRunner.Builder> settings, List<Reply> replies) {
    try (var world = World.scripted(replies.toArray(Reply[]::new))) {
      var result = world.run(settings.apply(world.runner()), "Write.");
      assertThat(result.outcome()).isEqualTo(outcome);
      World.assertSendable(result.transcript());
      World.assertSendable(Transcript.load(result.transcript().json().text()).transcript());
      world.server().verify();
    }
  }

  static Stream<Reply> failures() {
    var half = Reply.says("Half of it").calls("write", INPUT);
    return Stream.of(
        Reply.error(400, "invalid_request_error", "no"),
        Reply.error(401, "authentication_error", "no"),
        Reply.error(529, "overloaded_error", "no"),
        Reply.status(200, "text/html", "<html>captive portal</html>"),
        Reply.status(502, "text/html", "<html>bad gateway</html>"),
        half.cutAfterEvent(3, Cut.FIN),
        half.cutAfterEvent(6, Cut.RST),
        half.cutAt(300, Cut.BAD_CHUNK),
        half.errorEventAfter(4, "overloaded_error", "Overloaded"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  @Tag("B13")
  void afterAFailureInTheSecondTurn(Reply failure) {
    try (var world = World.scripted(Reply.calls("write", INPUT), failure)) {
      var failed = world.failure(world.runner(), "Write.");
      assertThat(failed.transcript().messages()).hasSize(3);
      assertThat(failed.usage().outputTokens()).isPositive();
      World.assertSendable(failed.transcript());
    }
  }

  @Test
  @Tag("I01")
  void afterACancelAtEachEvent() {
    int all = eventsOfAWholeRun();
    for (int n = 1; n < all; n++) {
      try (var world = twoTurns()) {
        var cancellation = new Cancellation();
        var left = new AtomicInteger(n);
        var result =
            world
                .runner()
                .build()
                .run(
                    Transcript.of("Write."),
                    event -> {
                      if (left.decrementAndGet() == 0) {
                        cancellation.cancel();
                      }
                    },
                    RunOptions.DEFAULT.cancelledBy(cancellation));
        assertThat(result.outcome())
            .as("at event %s", n)
            .isIn(RunOutcome.CANCELLED, RunOutcome.COMPLETED);
        World.assertSendable(result.transcript());
      }
    }
  }

  @Test
  @Tag("I04")
  void afterAListenerThatThrowsAtEachEvent() {
    int all = eventsOfAWholeRun();
    for (int n = 1; n <= all; n++) {
      try (var world = twoTurns()) {
        var left = new AtomicInteger(n);
        world
            .runner()
            .build()
            .run(
                Transcript.of("Write."),
                event -> {
                  if (left.decrementAndGet() == 0) {
                    throw new IllegalStateException("the screen is gone");
                  }
                });
        throw new AssertionError("the run should have failed at event " + n);
      } catch (RunFailedException e) {
        assertThat(e).hasRootCauseMessage("the screen is gone");
        World.assertSendable(e.transcript());
      }
    }
  }

  @Test
  void aPausedRunGoesOnWhenItIsRunAgain() {
    try (var world = World.scripted(Reply.calls("write", INPUT), Reply.says("Done."))) {
      var asking = world.runner().policy((use, tool) -> ToolPolicy.pause("ask first"));
      var paused = world.run(asking, "Write.");
      assertThat(paused.outcome()).isEqualTo(RunOutcome.PAUSED);
      assertThat(world.ran()).isEmpty();
      assertThat(world.events(AgentEvent.ApprovalRequested.class)).hasSize(1);

      var stored = paused.transcript().json().text();
      var result =
          world.runner().build().run(Transcript.load(stored).transcript(), world.events()::add);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(1);
      world.server().verify();
    }
  }

  @Test
  void aPausedCallThatIsPassedOverIsAnsweredAsNotRun() {
    try (var world = World.scripted(Reply.calls("toolu_1", "write", INPUT))) {
      var paused =
          world.run(world.runner().policy((call, tool) -> ToolPolicy.pause("?")), "Write.");
      assertThat(paused.transcript().pending()).extracting(ToolUse::id).containsExactly("toolu_1");
      World.assertSendable(paused.transcript());
    }
  }

  private static World twoTurns() {
    return World.scripted(
        Reply.thinks("Hm.").says("Now. ").calls("write", INPUT).calls("write", INPUT),
        Reply.says("Do", "ne."));
  }

  private static int eventsOfAWholeRun() {
    try (var world = twoTurns()) {
      world.run(world.runner(), "Write.");
      return world.events().size();
    }
  }
}
