package dev.millrace.agent.corpora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recorded calls of tools, cut on a real socket between any two of their events. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class CutAtEachEventTest {

  private static List<Recording> recordings() {
    var all = Recording.all().stream().filter(Recording::callsTools).toList();
    assertThat(all).hasSizeGreaterThanOrEqualTo(25);
    return all;
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  @Tag("E01")
  void theRunFailsOnceAndNothingRuns(Cut cut) {
    try (var stage = new Stage();
        var judge = new Judge()) {
      var ran = new ArrayList<String>();
      for (var recording : recordings()) {
        for (int events = 0; events < recording.events(); events++) {
          var reply = Reply.recorded(recording.file()).cutAfterEvent(events, cut);
          var failed = stage.answering(reply).failure(runner(stage, recording, ran), "Go.");
          assertBroken(failed, stage.events());
          assertThat(ran).as("%s after %s events", recording, events).isEmpty();
          judge.accepts(failed.transcript());
        }
      }
    }
  }

  private static void assertBroken(RunFailedException failed, List<AgentEvent> events) {
    assertThat(failed.getCause()).isInstanceOfAny(StreamException.class, ApiException.class);
    assertThat(failed.transcript().messages()).hasSize(1);
    assertThat(events)
        .doesNotHaveAnyElementsOfTypes(
            AgentEvent.MessageCompleted.class,
            AgentEvent.ToolStarted.class,
            AgentEvent.ToolFinished.class,
            AgentEvent.RunFinished.class);
  }

  /** A reset may overtake what was sent before it, so only the other ends are sure to come late. */
  @ParameterizedTest
  @EnumSource(value = Cut.class, names = "RST", mode = EnumSource.Mode.EXCLUDE)
  void afterMessageStopNothingCanHappenToTheMessage(Cut cut) {
    try (var stage = new Stage();
        var judge = new Judge()) {
      for (var recording : recordings()) {
        var ran = new ArrayList<String>();
        var whole = Reply.recorded(recording.file()).cutAfterEvent(recording.events(), cut);
        stage.answering(whole, Reply.says("Done."));
        var result = stage.run(runner(stage, recording, ran), "Go.");
        assertThat(result.outcome()).as(recording.toString()).isEqualTo(RunOutcome.COMPLETED);
        assertThat(ran).as(recording.toString()).isNotEmpty();
        judge.accepts(result.transcript());
        stage.verify();
      }
    }
  }

  private static AgentRunner.Builder runner(Stage stage, Recording recording, List<String> ran) {
    var tools =
        recording.calledTools().stream()
            .map(name -> (Tool) new PermissiveTool(name, (input, context) -> done(ran, name)))
            .toArray(Tool[]::new);
    return stage.runner(tools);
  }

  private static ToolOutput done(List<String> ran, String name) {
    synchronized (ran) {
      ran.add(name);
    }
    return ToolOutput.text("done");
  }
}
