package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.schema.SchemaBudgetException;
import dev.millrace.agent.schema.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** The first phase: find the tool, validate the input, ask the policy. Nothing runs here. */
record CallPreparation(Toolbox toolbox, ToolPolicy policy) {

  List<PreparedCall> prepare(List<ToolUse> uses, EarlyCalls early) {
    List<PreparedCall> calls = uses.stream().map(use -> prepare(use, early)).toList();
    boolean malformed = uses.stream().anyMatch(use -> use.problem() != null);
    return malformed ? calls.stream().map(CallPreparation::withoutPause).toList() : calls;
  }

  /**
   * A turn with a malformed call never pauses: what is wrong with that call is not part of the
   * transcript, so a later resume could not know it.
   */
  private static PreparedCall withoutPause(PreparedCall call) {
    return call instanceof PreparedCall.Paused
        ? refused(
            call.use(),
            "Not run: another call of the same message was malformed. Make this call again.")
        : call;
  }

  private PreparedCall prepare(ToolUse use, EarlyCalls early) {
    return use.problem() != null
        ? refused(use, use.problem())
        : early.prepared(use).map(known -> known.as(use)).orElseGet(() -> prepare(use));
  }

  PreparedCall prepare(ToolUse use) {
    if (use.problem() != null) {
      return refused(use, use.problem());
    }
    var tool = toolbox.find(use.name());
    return tool.isEmpty() ? refused(use, unknown(use)) : validated(use, tool.get());
  }

  private PreparedCall validated(ToolUse use, RegisteredTool tool) {
    var input = use.input().node();
    List<Violation> violations;
    try {
      violations = tool.spec().inputSchema().validate(input);
    } catch (SchemaBudgetException e) {
      return refused(use, "Not run: the input could not be validated. " + e.getMessage());
    }
    if (!violations.isEmpty()) {
      return refused(use, invalid(use, violations));
    }
    return switch (policy.decide(use, tool.spec())) {
      case ToolPolicy.Decision.Allow() -> new PreparedCall.Ready(use, tool, input);
      case ToolPolicy.Decision.Deny(var reason) -> refused(use, "Not run, denied: " + reason);
      case ToolPolicy.Decision.Pause(var reason) -> new PreparedCall.Paused(use, tool, reason);
    };
  }

  private String unknown(ToolUse use) {
    return toolbox.names().isEmpty()
        ? "Not run: there are no tools."
        : "Not run: there is no tool named \""
            + use.name()
            + "\". The tools are: "
            + String.join(", ", toolbox.names())
            + ".";
  }

  private static String invalid(ToolUse use, List<Violation> violations) {
    return violations.stream()
        .map(Violation::toString)
        .collect(
            Collectors.joining(
                "\n",
                "Not run: the input does not fit the schema of \"" + use.name() + "\".\n",
                "\nCall it again with input that fits."));
  }

  private static PreparedCall refused(ToolUse use, String text) {
    return new PreparedCall.Refused(use, ToolResult.error(use.id(), text));
  }
}
