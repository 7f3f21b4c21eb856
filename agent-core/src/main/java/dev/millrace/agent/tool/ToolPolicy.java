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

  /**
   * Decides on one call.
   *
   * @param use found, and valid by the tool's schema
   */
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

  /** Lets it run. */
  static Decision allow() {
    return new Decision.Allow();
  }

  /** Keeps it from running, and tells the model why. */
  static Decision deny(String reason) {
    return new Decision.Deny(reason);
  }

  /** Has somebody approve it first, who is told why. */
  static Decision pause(String reason) {
    return new Decision.Pause(reason);
  }
}
