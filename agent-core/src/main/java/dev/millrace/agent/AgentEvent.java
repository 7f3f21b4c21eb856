package dev.millrace.agent;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.stream.PartialJson;
import dev.millrace.agent.tool.ApprovalRequest;
import java.time.Duration;
import java.util.List;

/**
 * What happens in a run, in order:
 *
 * <pre>
 * RunStarted
 *   SessionResumed                       the run goes on with a session that has a past
 *   TurnStarted                          once per request to the model
 *     TextDelta | ThinkingDelta | ToolInputDelta ...
 *     TurnRetried                        what was shown of this turn is void; it starts over
 *     TranscriptCompacted                the same, with fewer messages in the request
 *   MessageCompleted                     the turn is whole
 *     ToolStarted, ToolProgress ...      calls run at the same time, so these interleave
 *     SubAgentEvent ...                  what happens in an agent that a call runs
 *     ToolFinished                       one for each call, also for one that was refused
 *     ApprovalRequested                  the run pauses
 * RunFinished                            last, unless the run fails with an exception
 * </pre>
 */
public sealed interface AgentEvent {
  /** The run begins. */
  record RunStarted(String model) implements AgentEvent {}

  /**
   * The run goes on with a session in which something was said before.
   *
   * @param isChanged whether the model, the system prompt or the tools are others than in its last
   *     run: calls of tools that are gone are answered as unknown, and nothing is found in the
   *     cache
   * @param repairs what was lost or repaired when the session was opened, a sentence each
   */
  record SessionResumed(String sessionId, boolean isChanged, List<String> repairs)
      implements AgentEvent {
    public SessionResumed {
      repairs = List.copyOf(repairs);
    }
  }

  /**
   * The model is asked.
   *
   * @param turn counts from 1
   */
  record TurnStarted(int turn) implements AgentEvent {}

  /** The next piece of what the model says. */
  record TextDelta(String text) implements AgentEvent {}

  /** The next piece of what the model thinks. */
  record ThinkingDelta(String thinking) implements AgentEvent {}

  /**
   * The next piece of a call's input; the first of each call is empty.
   *
   * @param partialJson the piece, cut anywhere
   * @param input the live input: what is known so far, to be shown and never to be acted upon
   */
  record ToolInputDelta(String toolUseId, String toolName, String partialJson, PartialJson input)
      implements AgentEvent {}

  /** The model's message of this turn is whole. */
  record MessageCompleted(int turn, MessageResponse message) implements AgentEvent {}

  /** A call begins. */
  record ToolStarted(ToolUse use) implements AgentEvent {}

  /** A running call tells how far it is. */
  record ToolProgress(ToolUse use, String text) implements AgentEvent {}

  /** A call has its result. */
  record ToolFinished(ToolUse use, ToolResult result, Duration took) implements AgentEvent {}

  /**
   * The turn is asked for again; what was shown of it is void.
   *
   * @param attempt the number of the coming attempt, 2 or more
   * @param delay how long it is waited before it
   * @param cause why the attempt before failed
   */
  record TurnRetried(int turn, int attempt, Duration delay, RuntimeException cause)
      implements AgentEvent {}

  /**
   * The transcript was too long and was made shorter; the turn is asked for again, and what was
   * shown of it is void.
   *
   * @param before how many messages there were
   * @param after how many there are now
   */
  record TranscriptCompacted(int turn, int before, int after) implements AgentEvent {}

  /** A call waits for approval; the run ends PAUSED. */
  record ApprovalRequested(ApprovalRequest request) implements AgentEvent {}

  /**
   * Something happened in a run that a tool of this run started.
   *
   * @param path the calls that lead to it, the one of this run first
   * @param event what happened there; never itself of this kind
   */
  record SubAgentEvent(List<Caller> path, AgentEvent event) implements AgentEvent {
    public SubAgentEvent {
      path = List.copyOf(path);
    }

    /** A call that runs an agent. */
    public record Caller(String toolUseId, String toolName) {}
  }

  /** The run ended with a result. */
  record RunFinished(RunResult result) implements AgentEvent {}
}
