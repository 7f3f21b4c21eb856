package dev.millrace.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.feed.EventJson;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.PartialJson;
import dev.millrace.agent.tool.ApprovalRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What came over a bus becomes a run's events again. */
class LiveEventsTest {
  private final List<AgentEvent> told = new ArrayList<>();
  private final LiveEvents events = new LiveEvents(told::add);

  private void take(String step, int attempt, int sequence, AgentEvent event) {
    events.take(new Delta("run", step, attempt, sequence, EventJson.of(event, 1)));
  }

  @Test
  void newsThatComesTwiceIsToldOnce() {
    take("m/1", 1, 0, new AgentEvent.TurnStarted(1));
    take("m/1", 1, 1, new AgentEvent.TextDelta("a"));
    take("m/1", 1, 1, new AgentEvent.TextDelta("a"));
    take("m/1", 1, 0, new AgentEvent.TurnStarted(1));
    take("m/1", 1, 2, new AgentEvent.TextDelta("b"));
    assertThat(told)
        .containsExactly(
            new AgentEvent.TurnStarted(1),
            new AgentEvent.TextDelta("a"),
            new AgentEvent.TextDelta("b"));
  }

  @Test
  void anAttemptThatWasGivenUpIsVoidAndNoLongerHeard() {
    take("m/1", 1, 0, new AgentEvent.TextDelta("from the first"));
    take("m/1", 2, 0, new AgentEvent.TurnStarted(1));
    take("m/1", 1, 1, new AgentEvent.TextDelta(" that woke up"));
    take("m/1", 2, 1, new AgentEvent.TextDelta("from the second"));
    assertThat(told).hasSize(4);
    assertThat(told.get(1))
        .isInstanceOfSatisfying(
            AgentEvent.TurnRetried.class,
            retried -> {
              assertThat(retried.turn()).isEqualTo(1);
              assertThat(retried.attempt()).isEqualTo(2);
            });
    assertThat(told.getLast()).isEqualTo(new AgentEvent.TextDelta("from the second"));
  }

  @Test
  void anInputGrowsAndACallKeepsItsInput() {
    var use = new ToolUse("a", "write", RawJson.parse("{\"path\":\"x\"}"));
    take("m/1", 1, 0, new AgentEvent.ToolInputDelta("a", "write", "{\"pa", new PartialJson()));
    take(
        "m/1", 1, 1, new AgentEvent.ToolInputDelta("a", "write", "th\":\"x\"}", new PartialJson()));
    take("t/a", 1, 0, new AgentEvent.ToolStarted(use));
    take("t/a", 1, 1, new AgentEvent.ToolProgress(use, "half"));
    take(
        "t/a",
        1,
        2,
        new AgentEvent.ToolFinished(use, ToolResult.of("a", "ok"), Duration.ofMillis(7)));
    assertThat(((AgentEvent.ToolInputDelta) told.get(1)).input().isComplete()).isTrue();
    assertThat(told.get(3)).isEqualTo(new AgentEvent.ToolProgress(use, "half"));
    assertThat(told.get(4))
        .isEqualTo(
            new AgentEvent.ToolFinished(use, ToolResult.of("a", "ok"), Duration.ofMillis(7)));
  }

  @Test
  void aCallThatWaitsIsShownSoThatItCanBeAnswered() {
    var use = new ToolUse("a", "pay", RawJson.parse("{\"amount\":3}"));
    var asked = new AgentEvent.ApprovalRequested(new ApprovalRequest(use, "it costs money"));
    take("p/1", 1, 0, asked);
    assertThat(told).containsExactly(asked);
  }
}
