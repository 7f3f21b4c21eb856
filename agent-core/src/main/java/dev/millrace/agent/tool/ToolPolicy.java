package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolUse;

/**
 * Decides whether a call may run, after its input was found valid and before any call of its turn
 * runs. Must be thread-safe when its runner is shared. What it throws ends the run.
 */
@FunctionalInterface
public interface ToolPolicy {
  /** Allows everything. */
  ToolPolicy ALLOW_ALL = (use, tool) -> new Decision.Allow();

  Decision decide(ToolUse use, ToolSpec tool);

  /** What becomes of a call. */
  sealed interface Decision {
    /** It runs. */
    record Allow() implements Decision {}

    /**
     * It does not run, and the model is told why.
     *
     * @param reason for the model
     */
    record Deny(String reason) implements Decision {}

    /**
     * The run pauses before any call of the turn has run; running its transcript again asks the
     * policy again.
     *
     * @param reason for whoever is to approve
     */
    record Pause(String reason) implements Decision {}
  }

  static Decision allow() {
    return new Decision.Allow();
  }

  static Decision deny(String reason) {
    return new Decision.Deny(reason);
  }

  static Decision pause(String reason) {
    return new Decision.Pause(reason);
  }
}
