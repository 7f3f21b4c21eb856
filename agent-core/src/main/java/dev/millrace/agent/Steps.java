package dev.millrace.agent;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.tool.ApprovalRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two kinds of work that the loop asks for. Everything that touches the world lives in their
 * bodies; the loop is a function of their results, and failures are results too. So whoever keeps
 * what steps gave can run the loop again up to where it was, see {@link DurableAgent}.
 */
public interface Steps {
  /** Asks the model to go on. */
  Asked ask(Question question);

  /** Has these tools called, which are the transcript's pending ones. */
  Called call(int turn, Transcript transcript, List<ToolUse> uses);

  /** Whether the run is to go on elsewhere, asked before each turn. */
  default boolean moveOn() {
    return false;
  }

  /**
   * What is asked of the model.
   *
   * @param allowance what the answer may take
   * @param isLast whether it is to answer without calling tools
   */
  record Question(int turn, Transcript transcript, Allowance allowance, boolean isLast) {}

  /**
   * What became of a request to the model. Exactly one of response and failure is there, or neither
   * when the run was cancelled or the answer took more than it may.
   *
   * @param transcript what was asked, which is shorter than in the question after a compaction
   * @param started the ids of calls in the response that have started before it was whole
   * @param usage of all attempts
   * @param isOverspent whether the answer was stopped because it took more than it may
   * @param elapsed since the run began
   */
  record Asked(
      Transcript transcript,
      @Nullable MessageResponse response,
      Set<String> started,
      Usage usage,
      boolean isOverspent,
      Duration elapsed,
      @Nullable Throwable failure) {}

  /**
   * What became of a turn's calls.
   *
   * @param results one for each call in order; empty when the run pauses
   * @param approvals the calls that wait for a person; empty unless the run pauses
   * @param failure what must end the run, null when nothing must
   * @param elapsed since the run began
   */
  record Called(
      List<ToolResult> results,
      List<ApprovalRequest> approvals,
      boolean cancelled,
      Duration elapsed,
      @Nullable Throwable failure) {
    /** Whether the run pauses. */
    public boolean isPaused() {
      return results.isEmpty();
    }
  }
}
