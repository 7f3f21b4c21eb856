package dev.millrace.agent;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two kinds of work that {@link AgentLoop} asks for. Everything that touches the world lives in
 * their bodies; the loop is a function of their results, and failures are results too.
 */
interface Steps {
  /** Asks the model to go on. */
  Asked ask(int turn, Transcript transcript);

  /** Has these tools called. */
  Called call(int turn, List<ToolUse> uses);

  /**
   * What became of a request to the model. Exactly one of response and failure is there, or neither
   * when the run was cancelled.
   *
   * @param usage of all attempts
   * @param elapsed since the run began
   */
  record Asked(
      @Nullable MessageResponse response,
      Usage usage,
      Duration elapsed,
      @Nullable Throwable failure) {}

  /**
   * What became of a turn's calls.
   *
   * @param results one for each call in order; empty when the run pauses
   * @param failure what must end the run, null when nothing must
   * @param elapsed since the run began
   */
  record Called(
      List<ToolResult> results, boolean cancelled, Duration elapsed, @Nullable Throwable failure) {
    boolean isPaused() {
      return results.isEmpty();
    }
  }
}
