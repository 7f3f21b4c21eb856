package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Reply;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run pauses as a value, is answered as a value, and goes on as if in another process. */
class ApprovalTest {
  private static final String INPUT = "{\"path\":\"a.txt\"}";

  @Test
  void anApprovedCallRunsAsItIs() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("Done."))) {
      var result = resumed(world, request -> request.approve());
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).containsExactly("toolu_1 " + INPUT);
      assertThat(only(result).text()).isEqualTo("done");
    }
  }

  @Test
  void aDeniedCallDoesNotRunAndTheModelIsToldWhy() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("Then not."))) {
      var result = resumed(world, request -> request.deny("Not on a Friday."));
      assertThat(world.ran()).isEmpty();
      assertThat(only(result).isError()).isTrue();
      assertThat(only(result).text()).isEqualTo("Not run, denied: Not on a Friday.");
    }
  }

  @Test
  void anEditedCallRunsWithTheOtherInputAndTheModelIsToldSo() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("Done."))) {
      var other = RawJson.parse("{\"path\":\"b.txt\"}");
      var result = resumed(world, request -> request.edit(other));
      assertThat(world.ran()).containsExactly("toolu_1 {\"path\":\"b.txt\"}");
      assertThat(only(result).text())
          .startsWith("[The user changed the input of this call. It was run with " + other + "]")
          .endsWith("done");
      assertThat(result.transcript().json().text()).contains("\"input\":" + INPUT);
    }
  }

  @Test
  void anEditedInputIsValidatedAndHeldToThePolicyLikeAnyOther() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("I see."))) {
      var result = resumed(world, request -> request.edit(RawJson.parse("{\"path\":7}")));
      assertThat(world.ran()).isEmpty();
      assertThat(only(result).text())
          .startsWith("The input was changed by the user. Not run: the input does not fit");
    }
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("I see."))) {
      var result =
          resumed(world, request -> request.edit(RawJson.parse("{\"path\":\"secret/x\"}")));
      assertThat(world.ran()).isEmpty();
      assertThat(only(result).text()).contains("Not run, denied: this path is not allowed");
    }
  }

  @Test
  void anAnswerInItsPlaceIsTheResultAndNothingRuns() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("Good."))) {
      var result = resumed(world, request -> request.answer("I did it by hand."));
      assertThat(world.ran()).isEmpty();
      assertThat(only(result).isError()).isFalse();
      assertThat(only(result).text()).isEqualTo("I did it by hand.");
    }
  }

  @Test
  void allWaitingCallsAreAnsweredTogetherOrNoneRuns() {
    var two = Reply.calls("toolu_1", "write", INPUT).calls("toolu_2", "write", INPUT);
    try (var world = asking(two, Reply.says("Done."))) {
      var paused = world.run(runner(world), "Write.");
      assertThat(paused.approvals()).hasSize(2);
      var again = answered(world, paused, List.of(paused.approvals().getFirst().approve()));
      assertThat(again.outcome()).isEqualTo(RunOutcome.PAUSED);
      assertThat(again.approvals())
          .extracting(request -> request.use().id())
          .containsExactly("toolu_1", "toolu_2");
      assertThat(world.ran()).isEmpty();
      var all = again.approvals().stream().map(ApprovalRequest::approve).toList();
      assertThat(answered(world, again, all).outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(2);
    }
  }

  @Test
  void aTranscriptThatWasKeptTellsWhatWaits() {
    var three =
        Reply.calls("toolu_1", "write", INPUT)
            .calls("toolu_2", "write", INPUT)
            .calls("toolu_3", "no_such_tool", "{}");
    try (var world = asking(three, Reply.says("Done."))) {
      var paused = world.run(runner(world), "Write.");
      var runner = runner(world).build();
      var kept = Transcript.load(paused.transcript().json().text()).transcript();
      assertThat(runner.approvals(kept)).hasSize(2).isEqualTo(paused.approvals());
      assertThat(runner.approvals(Transcript.of("Write."))).isEmpty();
      assertThat(world.ran()).isEmpty();
    }
  }

  /** The model may ask for the very same thing again, under the same id. */
  @Test
  void anAnswerCountsOnce() {
    try (var world =
        asking(
            Reply.calls("toolu_1", "write", INPUT),
            Reply.calls("toolu_1", "write", INPUT),
            Reply.says("Never said."))) {
      var result = resumed(world, request -> request.approve());
      assertThat(result.outcome()).isEqualTo(RunOutcome.PAUSED);
      assertThat(world.ran()).hasSize(1);
    }
  }

  @Test
  void aLateOrForeignAnswerIsRefusedBeforeAnythingRuns() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("Done."))) {
      var paused = world.run(runner(world), "Write.");
      var request = paused.approvals().getFirst();
      var answer = request.approve();
      var forged = new ApprovalAnswer("toolu_1", "00", answer.verdict());
      assertThatThrownBy(() -> answered(world, paused, List.of(forged)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fits no call that waits");
      assertThatThrownBy(() -> answered(world, paused, List.of(answer, request.deny("no"))))
          .hasMessage("call toolu_1 is answered twice");
      var done = answered(world, paused, List.of(answer));
      assertThatThrownBy(() -> answered(world, done, List.of(answer)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(world.ran()).hasSize(1);
    }
  }

  @Test
  void aPolicyThatDeniesByNowHasTheLastWord() {
    try (var world = asking(Reply.calls("toolu_1", "write", INPUT), Reply.says("I see."))) {
      var paused = world.run(runner(world), "Write.");
      var options = RunOptions.DEFAULT.answers(List.of(paused.approvals().getFirst().approve()));
      var strict = runner(world).policy(ToolPolicy.denyTools("write")).build();
      var result = strict.run(paused.transcript(), RunListener.NONE, options);
      assertThat(world.ran()).isEmpty();
      assertThat(only(result).text()).isEqualTo("Not run, denied: this tool is switched off");
    }
  }

  @Test
  void aQuestionWaitsUnderAnyPolicyAndItsAnswerIsItsResult() {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "ask", "{\"question\":\"Which one?\"}"), Reply.says("Blue."))) {
      var ask =
          world
              .tool("ask", "question", (input, context) -> ToolOutput.text("nobody answered"))
              .with(ToolTraits.DEFAULT.readOnly().question());
      var runner = world.runner().tools(ask).policy(ToolPolicy.ALLOW_ALL);
      var paused = world.run(runner, "Paint.");
      assertThat(paused.outcome()).isEqualTo(RunOutcome.PAUSED);
      var answer = paused.approvals().getFirst().answer("The blue one.");
      var options = RunOptions.DEFAULT.answers(List.of(answer));
      var result = runner.build().run(paused.transcript(), RunListener.NONE, options);
      assertThat(only(result).text()).isEqualTo("The blue one.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tool_use_id\":\"a\",\"call_hash\":\"b\"}",
        "{\"tool_use_id\":\"a\",\"call_hash\":\"b\",\"approve\":{},\"deny\":\"no\"}",
        "{\"tool_use_id\":\"a\",\"call_hash\":\"b\",\"approved\":true}",
        "{\"tool_use_id\":\"a\",\"call_hash\":\"b\",\"edit\":[]}",
        "{\"tool_use_id\":1,\"call_hash\":\"b\",\"approve\":{}}"
      })
  void whatIsNoAnswerIsNeverTakenForOne(String json) {
    assertThatThrownBy(() -> ApprovalAnswer.parse(json))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static World asking(Reply... replies) {
    return World.scripted(replies);
  }

  private static AgentRunner.Builder runner(World world) {
    return world
        .runner()
        .policy(ToolPolicy.askUnlessReadOnly().and(ToolPolicy.denyPaths("secret/**")));
  }

  /** Runs until the pause, stores everything as text, and goes on from the texts alone. */
  private static RunResult resumed(World world, Function<ApprovalRequest, ApprovalAnswer> person) {
    var paused = world.run(runner(world), "Write.");
    assertThat(paused.outcome()).isEqualTo(RunOutcome.PAUSED);
    assertThat(world.ran()).isEmpty();
    var request = ApprovalRequest.parse(paused.approvals().getFirst().json().text());
    assertThat(request).isEqualTo(paused.approvals().getFirst());
    assertThat(world.events(AgentEvent.ApprovalRequested.class))
        .containsExactly(new AgentEvent.ApprovalRequested(request));
    return answered(
        world, paused, List.of(ApprovalAnswer.parse(person.apply(request).json().text())));
  }

  private static RunResult answered(World world, RunResult paused, List<ApprovalAnswer> answers) {
    var transcript = Transcript.load(paused.transcript().json().text()).transcript();
    var options = RunOptions.DEFAULT.answers(answers);
    var result = runner(world).build().run(transcript, RunListener.NONE, options);
    World.assertPaired(result.transcript());
    return result;
  }

  private static ToolResult only(RunResult result) {
    var results = World.lastResults(result.transcript());
    assertThat(results).hasSize(1);
    return results.getFirst();
  }
}
