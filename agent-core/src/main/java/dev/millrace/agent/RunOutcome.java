package dev.millrace.agent;

/** How a run ended, as far as the agent is concerned. Trouble of the world is an exception. */
public enum RunOutcome {
  /** The model finished its answer. */
  COMPLETED,
  /** The answer was cut off by the token limit of one message. */
  MAX_TOKENS,
  /** The model refused; the refused turn is not in the transcript. */
  REFUSED,
  /** A call waits for approval; running the transcript again goes on. */
  PAUSED,
  /** The run was cancelled. */
  CANCELLED,
  /** A limit of the run was reached; running the transcript again goes on. */
  LIMIT_REACHED,
  /** The model went in circles. */
  LOOP_DETECTED,
  /** The model's context window is full. */
  CONTEXT_FULL,
  /** The model stopped for a reason that this version does not know. */
  UNKNOWN_STOP_REASON
}
