package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a person said to an {@link ApprovalRequest}; made by its methods. Given to the run that goes
 * on with the paused transcript ({@code RunOptions.answers}), where it counts once, and only for
 * the very call that was shown: id, tool and input must be the same to the last character.
 *
 * @param toolUseId of the call
 * @param callHash {@link ApprovalRequest#callHash()} of what was shown
 * @param verdict what is to become of it
 */
public record ApprovalAnswer(String toolUseId, String callHash, Verdict verdict) {
  /** What is to become of a call. A policy that denies it by now has the last word. */
  public sealed interface Verdict {
    /** It runs as it is. */
    record Approve() implements Verdict {}

    /**
     * It does not run.
     *
     * @param reason for the model
     */
    record Deny(String reason) implements Verdict {}

    /**
     * It runs with another input.
     *
     * @param input an object that fits the tool's schema
     */
    record Edit(RawJson input) implements Verdict {
      public Edit {
        if (!input.isObject()) {
          throw new IllegalArgumentException("a tool's input must be a JSON object, not " + input);
        }
      }
    }

    /**
     * It does not run.
     *
     * @param text its result, as if the tool had said it
     */
    record Answer(String text) implements Verdict {}
  }

  /** Whether this is the call that was shown. */
  public boolean fits(ToolUse use) {
    return use.id().equals(toolUseId) && ApprovalRequest.hash(use).equals(callHash);
  }

  /** The answer as JSON, to be read by {@link #parse}. */
  public RawJson json() {
    Map<String, RawJson> members = new LinkedHashMap<>();
    members.put("tool_use_id", RawJson.ofString(toolUseId));
    members.put("call_hash", RawJson.ofString(callHash));
    switch (verdict) {
      case Verdict.Approve() -> members.put("approve", RawJson.EMPTY_OBJECT);
      case Verdict.Deny(var reason) -> members.put("deny", RawJson.ofString(reason));
      case Verdict.Edit(var input) -> members.put("edit", input);
      case Verdict.Answer(var text) -> members.put("answer", RawJson.ofString(text));
    }
    return RawJson.object(members);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws InvalidJsonException for what is no JSON
   * @throws IllegalArgumentException for any other JSON; an answer is never guessed
   */
  public static ApprovalAnswer parse(String json) {
    var object = RawJson.parse(json);
    return new ApprovalAnswer(
        Members.string(object, "tool_use_id"),
        Members.string(object, "call_hash"),
        verdict(object));
  }

  private static Verdict verdict(RawJson object) {
    var names = new ArrayList<>(object.members().keySet());
    names.removeAll(List.of("tool_use_id", "call_hash"));
    var name = names.size() == 1 ? names.getFirst() : "";
    return switch (name) {
      case "approve" -> new Verdict.Approve();
      case "deny" -> new Verdict.Deny(Members.string(object, name));
      case "edit" -> new Verdict.Edit(object.member(name));
      case "answer" -> new Verdict.Answer(Members.string(object, name));
      default ->
          throw new IllegalArgumentException(
              "expected one of approve, deny, edit and answer, not " + names);
    };
  }
}
