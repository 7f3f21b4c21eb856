package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import java.util.Set;

/**
 * Decides whether a call may run, after its input was found valid and before any call of its turn
 * runs. Must be thread-safe when its runner is shared. What it throws ends the run.
 */
@FunctionalInterface
public interface ToolPolicy {
  /** Allows every tool that does not {@linkplain ToolTraits#needsApproval() need approval}. */
  ToolPolicy DEFAULT =
      (use, tool) ->
          tool.traits().needsApproval() ? pause("\"" + tool.name() + "\" needs approval") : allow();

  /** Allows everything, also what needs approval. */
  ToolPolicy ALLOW_ALL = (use, tool) -> allow();

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
     * The run pauses before any call of the turn has run; running its transcript again, with an
     * {@link ApprovalAnswer}, asks the policy again and then obeys the answer.
     *
     * @param reason for whoever is to approve
     */
    record Pause(String reason) implements Decision {}
  }

  /** Allows tools that are read-only, and has somebody approve each call of any other. */
  static ToolPolicy askUnlessReadOnly() {
    return (use, tool) ->
        tool.traits().isReadOnly()
            ? allow()
            : pause("\"" + tool.name() + "\" may change something");
  }

  /** Denies tools of these names and allows the others. */
  static ToolPolicy denyTools(String... names) {
    var denied = Set.of(names);
    return (use, tool) ->
        denied.contains(tool.name()) ? deny("this tool is switched off") : allow();
  }

  /**
   * Denies calls that name a path which fits one of these globs ({@code secrets/**}), and allows
   * the others. Each string anywhere in the input is looked at as if it were a path, whatever its
   * case, slashes and dots; paths inside a longer text, such as a shell command, are not seen.
   */
  static ToolPolicy denyPaths(String... globs) {
    return InputRule.paths(List.of(globs));
  }

  /**
   * Denies calls that name one of these hosts or one below it, by itself or in a URL, and allows
   * the others. Each string anywhere in the input is looked at; hosts inside a longer text, such as
   * a shell command, are not seen.
   */
  static ToolPolicy denyHosts(String... hosts) {
    return InputRule.hosts(List.of(hosts));
  }

  /** This policy and another one: what either denies is denied, what either pauses for is asked. */
  default ToolPolicy and(ToolPolicy other) {
    return (use, tool) -> {
      var first = decide(use, tool);
      if (first instanceof Decision.Deny) {
        return first;
      }
      var second = other.decide(use, tool);
      return second instanceof Decision.Allow ? first : second;
    };
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
