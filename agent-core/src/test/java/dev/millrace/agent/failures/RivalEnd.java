package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.ToolOutput;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** How a run ended: by a result or by a failure, never both. */
record RivalEnd(World world, Optional<RunResult> result, Optional<RunFailedException> failure) {

  static RivalEnd of(World world) {
    var overflows = world.tool("overflows", "path", (input, context) -> overflow(1));
    var runner = world.runner().tools(world.tool("write", "path"), overflows);
    try {
      return new RivalEnd(world, Optional.of(world.run(runner, "Write.")), Optional.empty());
    } catch (RunFailedException e) {
      return new RivalEnd(world, Optional.empty(), Optional.of(e));
    }
  }

  @SuppressWarnings("InfiniteRecursion") // it is what the tool is for
  private static ToolOutput overflow(int depth) {
    return overflow(depth + 1);
  }

  private Transcript transcript() {
    return result.map(RunResult::transcript).orElseGet(() -> failure.orElseThrow().transcript());
  }

  /** What holds of every end: it is told once, and the transcript can be sent on. */
  void assertHonest() {
    assertThat(world.events(AgentEvent.RunFinished.class)).hasSize(result.isPresent() ? 1 : 0);
    World.assertSendable(transcript());
    world.server().verify();
  }

  void failedWith(Class<? extends Throwable> cause) {
    assertThat(failure).as("a failure, not %s", result).isPresent();
    assertThat(failure.orElseThrow().getCause()).isInstanceOf(cause);
    assertThat(transcript()).isEqualTo(Transcript.of("Write."));
    assertThat(world.server().requestCount()).isEqualTo(1);
    assertThat(world.ran()).isEmpty();
  }

  void refusedAndWentOn(String why) {
    assertThat(world.ran()).isEmpty();
    answeredAndWentOn(why);
  }

  void failedCallAndWentOn(String why) {
    assertThat(world.ran()).hasSize(1);
    answeredAndWentOn(why);
  }

  private void answeredAndWentOn(String why) {
    completed();
    assertThat(World.lastResults(transcript()))
        .isNotEmpty()
        .allMatch(ToolResult::isError)
        .allSatisfy(answer -> assertThat(answer.text()).contains(why));
  }

  void refusedAndSentNoSurrogate() {
    refusedAndWentOn("no valid JSON object");
    var sent = new String(world.server().requests().getLast().bytes(), StandardCharsets.UTF_8);
    assertThat(sent.toLowerCase(Locale.ROOT)).doesNotContain("\\ud83d");
  }

  void ranOnce() {
    completed();
    assertThat(world.ran()).hasSize(1);
    assertThat(result.orElseThrow().text()).isEqualTo("Done.");
  }

  private void completed() {
    assertThat(result).as("a result, not %s", failure).isPresent();
    assertThat(result.orElseThrow().outcome()).isEqualTo(RunOutcome.COMPLETED);
    assertThat(world.server().requestCount()).isEqualTo(2);
  }

  void endedByItself() {
    assertThat(result).as("a result, not %s", failure).isPresent();
    assertThat(result.orElseThrow().outcome()).isEqualTo(RunOutcome.LOOP_DETECTED);
  }
}
