package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An assistant turn in the form in which the API takes it back: as it came, but for the few things
 * that the API itself sends and then refuses. Those are blank text, thinking that was cut before
 * its signature, calls before a fallback to another model, and, from compatible servers, ids and
 * names that are no identifiers. Of a refusal nothing is taken back.
 */
final class ReplayedTurn {
  private static final Set<String> VOID_BEFORE_FALLBACK =
      Set.of("thinking", "redacted_thinking", "connector_text", "tool_use");

  /**
   * Messages that end for these reasons were not cut: thinking without a signature never had one.
   */
  private static final Set<StopReason> WHOLE =
      Set.of(StopReason.END_TURN, StopReason.TOOL_USE, StopReason.STOP_SEQUENCE);

  private final CallIds ids;

  /**
   * @param ids those of the calls before this turn
   */
  ReplayedTurn(CallIds ids) {
    this.ids = ids;
  }

  List<ContentBlock> of(MessageResponse response) {
    if (response.stopReason().equals(StopReason.REFUSAL)) {
      return List.of();
    }
    boolean cut = !WHOLE.contains(response.stopReason());
    var duplicates = duplicates(response.toolUses());
    var kept = new ArrayList<ContentBlock>();
    for (var block : withoutAbandoned(response.content())) {
      boolean refused =
          block instanceof Text text && text.text().isBlank()
              || cut && block instanceof Thinking thinking && thinking.signature().isEmpty();
      if (!refused) {
        kept.add(acceptable(block, duplicates));
      }
    }
    return kept;
  }

  /** What stands before the last fallback belongs to the model that gave up; its text stays. */
  private static List<ContentBlock> withoutAbandoned(List<ContentBlock> content) {
    int last = -1;
    for (int i = 0; i < content.size(); i++) {
      last = content.get(i).type().equals("fallback") ? i : last;
    }
    if (last < 0) {
      return content;
    }
    var answered = ServerToolUses.answeredIds(content);
    var kept = new ArrayList<ContentBlock>();
    for (int i = 0; i < content.size(); i++) {
      var block = content.get(i);
      boolean isVoid =
          i < last
              && (VOID_BEFORE_FALLBACK.contains(block.type())
                  || ServerToolUses.isDangling(block, answered));
      if (!isVoid) {
        kept.add(block);
      }
    }
    return kept;
  }

  private static Set<String> duplicates(List<ToolUse> uses) {
    var seen = new HashSet<String>();
    var duplicates = new HashSet<String>();
    for (var use : uses) {
      if (!seen.add(use.id())) {
        duplicates.add(use.id());
      }
    }
    return duplicates;
  }

  private ContentBlock acceptable(ContentBlock block, Set<String> duplicates) {
    return switch (block) {
      case ToolUse use -> acceptable(use, duplicates);
      case Other other when other.type().equals("tool_use") ->
          new ToolUse(
              ids.take(other.string("id").orElse("")),
              Sendable.toolName(other.string("name").orElse("")),
              RawJson.EMPTY_OBJECT,
              RawJson.EMPTY_OBJECT,
              "Not run: the call had no id, no name, or an input that is no object.");
      default -> block;
    };
  }

  private ToolUse acceptable(ToolUse use, Set<String> duplicates) {
    var problem = use.problem();
    if (duplicates.contains(use.id())) {
      problem = "Not run: two calls of one message had the same id. Make each call again.";
    } else if (problem == null && !Sendable.isToolName(use.name())) {
      problem = "Not run: no tool has the name that was called. Use a tool's exact name.";
    }
    return new ToolUse(
        ids.take(use.id()), Sendable.toolName(use.name()), use.input(), use.other(), problem);
  }
}
