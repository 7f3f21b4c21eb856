package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.SchemaBudgetException;
import dev.millrace.agent.schema.Violation;
import dev.millrace.agent.tool.ApprovalAnswer.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The first phase: find the tool, validate the input, ask the policy. Nothing runs here. */
record CallPreparation(Toolbox toolbox, ToolPolicy policy) {

  List<PreparedCall> prepare(List<ToolUse> uses, EarlyCalls early, List<ApprovalAnswer> answers) {
    List<PreparedCall> calls = new ArrayList<>(uses.size());
    boolean malformed = false;
    for (var use : uses) {
      calls.add(prepare(use, early, answers));
      malformed |= use.problem() != null;
    }
    if (malformed) {
      calls.replaceAll(CallPreparation::withoutPause);
    }
    return calls;
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

  private PreparedCall prepare(ToolUse use, EarlyCalls early, List<ApprovalAnswer> answers) {
    if (use.problem() != null) {
      return refused(use, use.problem());
    }
    var call = early.prepared(use).map(known -> known.as(use)).orElseGet(() -> prepare(use));
    for (var answer : answers) {
      if (answer.fits(use)) {
        return answered(call, answer.verdict());
      }
    }
    return call;
  }

  /** An answer counts for a call that waits; the policy may have come to allow or deny it. */
  private PreparedCall answered(PreparedCall call, Verdict verdict) {
    if (!(call instanceof PreparedCall.Paused paused)) {
      return call;
    }
    var use = call.use();
    return switch (verdict) {
      case Verdict.Approve() -> new PreparedCall.Ready(use, paused.tool(), use.input().node(), "");
      case Verdict.Deny(var reason) -> refused(use, "Not run, denied: " + reason);
      case Verdict.Edit(var input) -> edited(use, input);
      case Verdict.Answer(var text) ->
          new PreparedCall.Refused(
              use, new ToolResults(text.length() + 1).of(use, ToolOutput.text(text)));
    };
  }

  /** The other input is a call like any other, except that nobody has to approve it again. */
  private PreparedCall edited(ToolUse use, RawJson input) {
    var other = prepare(new ToolUse(use.id(), use.name(), input, use.other(), null));
    return switch (other) {
      case PreparedCall.Refused refused ->
          refused(use, "The input was changed by the user. " + refused.result().text());
      case PreparedCall.Paused(var changed, var tool, var reason) ->
          new PreparedCall.Ready(use, tool, input.node(), note(input));
      case PreparedCall.Ready(var changed, var tool, var tree, var note) ->
          new PreparedCall.Ready(use, tool, tree, note(input));
    };
  }

  private static String note(RawJson input) {
    return "[The user changed the input of this call. It was run with " + input + "]";
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
      case ToolPolicy.Decision.Allow() ->
          tool.spec().traits().isQuestion()
              ? new PreparedCall.Paused(use, tool, "it asks a question")
              : new PreparedCall.Ready(use, tool, input, "");
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
