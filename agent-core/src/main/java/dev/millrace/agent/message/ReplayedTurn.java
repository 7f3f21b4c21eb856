package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An assistant turn in the form in which the API takes it back: as it came, but for the few things
 * that the API itself sends and then refuses. Those are blank text, thinking that was cut before
 * its signature, calls before a fallback to another model, and, from compatible servers, ids and
 * names that are no identifiers.
 */
final class ReplayedTurn {
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
  private static final Set<String> VOID_BEFORE_FALLBACK =
      Set.of("thinking", "redacted_thinking", "connector_text", "tool_use");

  private final Set<String> takenIds;

  /**
   * @param takenIds ids of the calls before this turn
   */
  ReplayedTurn(Set<String> takenIds) {
    this.takenIds = new HashSet<>(takenIds);
  }

  List<ContentBlock> of(MessageResponse response) {
    var reason = response.stopReason();
    boolean cut =
        reason.equals(StopReason.MAX_TOKENS)
            || reason.equals(StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED);
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
    var kept = new ArrayList<ContentBlock>();
    for (int i = 0; i < content.size(); i++) {
      var block = content.get(i);
      boolean isVoid =
          i < last
              && (VOID_BEFORE_FALLBACK.contains(block.type())
                  || ServerToolUses.isDangling(block, content));
      if (!isVoid) {
        kept.add(block);
      }
    }
    return kept;
  }

  private static Set<String> duplicates(List<ToolUse> uses) {
    var seen = new HashSet<String>();
    var duplicates = new HashSet<String>();
    uses.stream().map(ToolUse::id).filter(id -> !seen.add(id)).forEach(duplicates::add);
    return duplicates;
  }

  private ContentBlock acceptable(ContentBlock block, Set<String> duplicates) {
    return switch (block) {
      case ToolUse use -> acceptable(use, duplicates);
      case Other other when other.type().equals("tool_use") ->
          new ToolUse(
              freeId(other.string("id").orElse("")),
              name(other.string("name").orElse("")),
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
    } else if (problem == null && !NAME.matcher(use.name()).matches()) {
      problem = "Not run: no tool has the name that was called. Use a tool's exact name.";
    }
    return new ToolUse(freeId(use.id()), name(use.name()), use.input(), use.other(), problem);
  }

  /** The id itself where the API accepts it, else one made of it that is not taken. */
  String freeId(String id) {
    var base = ID.matcher(id).matches() ? id : id.isEmpty() ? "call" : sanitized(id);
    var free = base;
    for (int n = 2; !takenIds.add(free); n++) {
      free = base + "_" + n;
    }
    return free;
  }

  private static String name(String name) {
    if (NAME.matcher(name).matches()) {
      return name;
    }
    var readable = sanitized(name);
    return name.isEmpty() ? "unnamed" : readable.substring(0, Math.min(128, readable.length()));
  }

  private static String sanitized(String text) {
    return text.replaceAll("[^a-zA-Z0-9_-]", "_");
  }
}
