package dev.millrace.agent.failures;

import static dev.millrace.agent.failures.Events.START;
import static dev.millrace.agent.failures.Events.STOP;
import static dev.millrace.agent.failures.Events.block;
import static dev.millrace.agent.failures.Events.calls;
import static dev.millrace.agent.failures.Events.close;
import static dev.millrace.agent.failures.Events.end;
import static dev.millrace.agent.failures.Events.reply;
import static dev.millrace.agent.failures.Events.says;
import static dev.millrace.agent.failures.Events.thinking;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.IncompleteStreamException;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Message;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that the server itself cuts off, because they are too long. */
class CutFailuresTest {
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final String THINKING = "{'type':'thinking','thinking':'','signature':''}";

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"pa", "{\"path\":\"a", INPUT})
  @Tag("D01")
  @Tag("D02")
  void ofSeveralCallsInACutMessageNoneRunsAndEachIsAnswered(String last) {
    var cut =
        Reply.calls("toolu_1", "write", INPUT)
            .calls("toolu_2", "write", INPUT)
            .callsInFragments("toolu_3", "write", last)
            .stops("max_tokens");
    try (var world =
        World.scripted(cut, Reply.calls("toolu_4", "write", INPUT), Reply.says("Done."))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).as("what was called again").containsExactly("toolu_4 " + INPUT);
      assertThat(result.transcript().messages().get(2).toolResults())
          .allSatisfy(answer -> assertThat(answer.text()).contains("cut off by max_tokens"))
          .allMatch(ToolResult::isError)
          .extracting(ToolResult::toolUseId)
          .containsExactly("toolu_1", "toolu_2", "toolu_3");
      world.server().verify();
    }
  }

  /** A server that forgets to say why it stopped, and perhaps that it did. */
  @Test
  @Tag("D03")
  void aCutThatIsNotSaidToBeOneIsNoCompletion() {
    for (var whole : List.of(calls("{\"pa"), calls(INPUT), says("Half of it"))) {
      try (var world = World.scripted(reply(whole.subList(0, 3)))) {
        var failure = world.failure(world.runner(), "Write it.");
        assertThat(failure).hasCauseInstanceOf(IncompleteStreamException.class);
        assertThat(world.ran()).isEmpty();
        World.assertSendable(failure.transcript());
      }
      var silent = new ArrayList<>(whole.subList(0, 3));
      silent.add(STOP);
      try (var world = World.scripted(reply(silent))) {
        var result = world.run(world.runner(), "Write it.");
        assertThat(result.outcome()).isEqualTo(RunOutcome.UNKNOWN_STOP_REASON);
        assertThat(world.ran()).isEmpty();
        World.assertSendable(result.transcript());
      }
    }
  }

  @Test
  @Tag("D04")
  void thinkingThatWasCutBeforeItsSignatureIsNotSentAgain() {
    var open = new ArrayList<>(List.of(START, block(0, THINKING), thinking(0, "Let me")));
    open.addAll(List.of(end("max_tokens"), STOP));
    var closed = new ArrayList<>(open);
    closed.add(3, close(0));
    for (var events : List.of(open, closed)) {
      try (var world = World.scripted(reply(events), Reply.says("Fine."))) {
        var result = world.run(world.runner(), "Think.");
        assertThat(result.outcome()).isEqualTo(RunOutcome.MAX_TOKENS);
        assertThat(world.events(AgentEvent.ThinkingDelta.class)).hasSize(1);
        var next = result.transcript().plus(Message.user("Go on."));
        world.runner().build().run(next, RunListener.NONE);
        world.server().verify();
        assertThat(world.server().requests().getLast().messages().toString())
            .doesNotContain("thinking");
      }
    }
  }
}
