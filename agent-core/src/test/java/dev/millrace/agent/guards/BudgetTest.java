package dev.millrace.agent.guards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.Thinking;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits are reserved before they are paid for, watched while they are spent, and shared. */
class BudgetTest {
  private static final String INPUT = "{\"path\":\"%s\"}";

  private static Reply calls(int turn) {
    return Reply.calls("write", INPUT.formatted(turn));
  }

  private static int maxTokens(RecordedRequest request) {
    return request.body().path("max_tokens").asInt();
  }

  @Test
  @Tag("H03")
  void asksForNoMoreTokensThanAreLeft() {
    try (var world = World.scripted(calls(1), Reply.says("Done."))) {
      var runner = world.runner().maxTokens(1_000).limits(Limits.DEFAULT.outputTokens(1_500));
      assertThat(world.run(runner, "Write.").outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.server().requests().get(0).body().path("max_tokens").asInt())
          .isEqualTo(1_000);
      assertThat(maxTokens(world.server().requests().get(1))).isLessThanOrEqualTo(1_000);
    }
    try (var world =
        World.scripted(
            Reply.calls("write", INPUT.formatted("a")).usage(10, 900), Reply.says("Done."))) {
      var runner = world.runner().maxTokens(1_000).limits(Limits.DEFAULT.outputTokens(1_500));
      assertThat(world.run(runner, "Write.").outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(maxTokens(world.server().requests().get(1))).isEqualTo(600);
    }
  }

  @Test
  @Tag("H03")
  void asksForNoMoreTokensThanTheMoneyLeftPays() {
    try (var world = World.scripted(Reply.says("Done."))) {
      var runner = world.runner().limits(Limits.DEFAULT.costUsd(new BigDecimal("0.01")));
      var result = world.run(runner, "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      int asked = maxTokens(world.server().requests().getFirst());
      assertThat(asked).isPositive().isLessThan(16_384);
    }
  }

  @Test
  void doesNotAskWhenLessIsLeftThanTheThinkingNeeds() {
    try (var world = World.scripted()) {
      var runner =
          world
              .runner()
              .thinking(Thinking.budget(2_000))
              .limits(Limits.DEFAULT.outputTokens(1_500));
      var result = world.run(runner, "Think.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(result.detail()).contains("too few tokens");
      assertThat(world.server().requestCount()).isZero();
    }
  }

  @Test
  @Tag("H03")
  void stopsAnAnswerThatTakesMoreThanItMayWithinOneEvent() {
    var start =
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
            + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],"
            + "\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}";
    var block =
        "{\"type\":\"content_block_start\",\"index\":0,"
            + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}";
    var delta =
        "{\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"text_delta\",\"text\":\"more \"}}";
    var reported = "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":50000}}";
    var reply = Reply.events(start, block, delta, reported, delta, delta).stallAfterEvent(6);
    try (var world = World.scripted(reply)) {
      var runner = world.runner().limits(Limits.DEFAULT.outputTokens(10_000));
      var result = world.run(runner, "Go on for ever.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(result.detail()).contains("took more");
      assertThat(result.usage().outputTokens()).isEqualTo(50_000);
      assertThat(world.events(AgentEvent.TextDelta.class)).hasSize(1);
      assertThat(world.events(AgentEvent.MessageCompleted.class)).isEmpty();
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("H03")
  void stopsAServerThatReportsNothingAndIgnoresTheTokensAskedFor() {
    var endless = Collections.nCopies(5_000, "word ").toArray(String[]::new);
    try (var world = World.scripted(Reply.says(endless).stallAfterEvent(4_000))) {
      var runner = world.runner().limits(Limits.DEFAULT.outputTokens(1_000));
      var result = world.run(runner, "Go on for ever.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      // 16 characters a token at most, 5 an event
      assertThat(world.events(AgentEvent.TextDelta.class)).hasSize(3_203);
    }
  }

  @Test
  void asksForAnAnswerWithoutToolsInTheLastTurn() {
    try (var world = World.scripted(calls(1), calls(2), Reply.says("This far I came."))) {
      var result = world.run(world.runner().limits(Limits.DEFAULT.turns(3)), "Write all.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("This far I came.");
      var last = world.server().requests().getLast();
      assertThat(last.lastUserText()).contains("last turn");
      assertThat(last.body().path("tool_choice").path("type").asString()).isEqualTo("none");
      assertThat(world.server().requests().get(1).body().has("tool_choice")).isFalse();
      world.server().verify();
      World.assertSendable(result.transcript());
    }
  }

  @Test
  void endsWhenTheModelCallsToolsEvenInTheLastTurn() {
    try (var world = World.scripted(calls(1), calls(2))) {
      var result = world.run(world.runner().limits(Limits.DEFAULT.turns(2)), "Write all.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(result.detail()).isEqualTo("the limit of 2 turns was reached");
      World.assertSendable(result.transcript());
    }
  }

  @Test
  void landsSoftlyWhenATenthOfTheTokensIsLeft() {
    try (var world =
        World.scripted(
            Reply.calls("write", INPUT.formatted("a")).usage(10, 950), Reply.says("So far."))) {
      var result = world.run(world.runner().limits(Limits.DEFAULT.outputTokens(1_000)), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      var last = world.server().requests().getLast();
      assertThat(last.body().path("tool_choice").path("type").asString()).isEqualTo("none");
      assertThat(maxTokens(last)).isEqualTo(50);
    }
  }

  @Test
  @Tag("H03")
  void endsInTheMiddleOfAStreamWhenTheTimeIsUp() {
    try (var world = World.scripted(Reply.says("One ", "two").stallAfterEvent(3))) {
      var runner = world.runner().limits(Limits.DEFAULT.wallTime(Duration.ofMillis(300)));
      var result = world.run(runner, "Count.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(result.detail()).contains("time limit").contains("while the model was asked");
      World.assertSendable(result.transcript());
    }
  }

  @Test
  void endsInTheMiddleOfACallWhenTheTimeIsUp() {
    try (var world = World.scripted(Reply.calls("sleep", "{\"long\":\"yes\"}"))) {
      var sleep =
          world.tool(
              "sleep",
              "long",
              (input, context) -> {
                Thread.sleep(Duration.ofDays(1));
                return ToolOutput.text("slept");
              });
      var runner =
          world.runner().tools(sleep).limits(Limits.DEFAULT.wallTime(Duration.ofMillis(300)));
      var result = world.run(runner, "Sleep.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(World.lastResults(result.transcript()).getFirst().text()).contains("not known");
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("H04")
  void whatAVoidedAttemptTookCountsOnce() {
    var broken = Reply.says("Half").usage(100, 40).cutAfterEvent(3, Cut.FIN);
    try (var world = World.recovering(broken, Reply.says("Whole.").usage(100, 30))) {
      var result = world.run(world.runner(), "Say it.");
      assertThat(result.text()).isEqualTo("Whole.");
      // The first attempt's message_start reports its prompt and the first token.
      assertThat(result.usage().inputTokens()).isEqualTo(200);
      assertThat(result.usage().outputTokens()).isBetween(30L, 70L);
    }
  }

  /** A tool that asks another runner. */
  private static Tool delegate(World world, World inner, Limits limits) {
    return world.tool(
        "delegate",
        "task",
        (input, context) -> {
          var result =
              inner
                  .runner()
                  .limits(limits)
                  .build()
                  .run(
                      Transcript.of(input.path("task").asString()),
                      event -> {},
                      RunOptions.within(context));
          return ToolOutput.text(result.outcome() + " " + result.detail() + result.text());
        });
  }

  @Test
  void aRunInsideAnotherTakesFromTheLimitsOfBoth() {
    var task = "{\"task\":\"Do it.\"}";
    try (var inner = World.answering(request -> calls(request.turn()));
        var world = World.scripted(Reply.calls("delegate", task))) {
      var runner =
          world
              .runner()
              .tools(delegate(world, inner, Limits.DEFAULT))
              .limits(Limits.DEFAULT.turns(4));
      var result = world.run(runner, "Delegate.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(inner.server().requestCount()).isEqualTo(3);
      assertThat(World.lastResults(result.transcript()).getFirst().text())
          .startsWith("LIMIT_REACHED the limit of 4 turns was reached");
    }
  }

  @Test
  void cancellingARunCancelsTheRunInsideIt() throws InterruptedException {
    try (var inner = World.scripted(Reply.says("One ", "two").stallAfterEvent(3));
        var world = World.scripted(Reply.calls("delegate", "{\"task\":\"Count.\"}"))) {
      var runner = world.runner().tools(delegate(world, inner, Limits.DEFAULT)).build();
      var run = runner.start(Transcript.of("Delegate."));
      inner.server().awaitRequests(1, Duration.ofSeconds(30));
      run.close();
      assertThat(run.result().outcome()).isEqualTo(RunOutcome.CANCELLED);
      inner.server().awaitNoConnections(Duration.ofSeconds(30));
    }
  }

  @Test
  @Tag("G14")
  void runsInsideRunsEndAtADepthOfEight() {
    var task = Reply.calls("delegate", "{\"task\":\"Deeper.\"}");
    try (var world =
        World.answering(request ->
            request.toolResults().isEmpty()
                ? task
                : Reply.says(request.toolResults().getLast().text()))) {
      var runner = world.runner();
      var tool =
          world.tool(
              "delegate",
              "task",
              (input, context) ->
                  ToolOutput.text(
                      runner
                          .build()
                          .run(Transcript.of("Deeper."), event -> {}, RunOptions.within(context))
                          .text()));
      var result = world.run(runner.tools(tool), "Go.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).contains("9 deep");
      assertThat(world.ran()).hasSize(8);
    }
  }

  @Test
  void anAnswerThatIsWholeIsKeptEvenWhenItTookMore() {
    try (var world = World.scripted(Reply.says("All of it.").usage(10, 5_000))) {
      var result = world.run(world.runner().limits(Limits.DEFAULT.outputTokens(1_000)), "Say it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("All of it.");
      assertThat(List.of(result.usage().outputTokens())).containsExactly(5_000L);
    }
  }
}
