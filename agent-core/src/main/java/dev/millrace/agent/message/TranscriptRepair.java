package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a stored history acceptable to the API and tells what it changed. A sound history comes out
 * unchanged, message for message. Used once.
 */
final class TranscriptRepair {
  private static final String INTERRUPTED =
      "Interrupted: no result of this call was kept. Whether it had an effect is not known.";

  private final List<String> report = new ArrayList<>();
  private final List<Message> sound = new ArrayList<>();
  private final Set<String> seenIds = new HashSet<>();

  /** Ids of the last assistant turn as stored, to their ids now; emptied when they are answered. */
  private final Map<String, String> open = new LinkedHashMap<>();

  List<String> report() {
    return report;
  }

  List<Message> repaired(List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      var message = cleaned(messages.get(i), "/" + i);
      if (message == null) {
        continue;
      }
      switch (message.role()) {
        case ASSISTANT -> assistant(message, "/" + i);
        case SYSTEM -> system(message, "/" + i);
        case USER -> {
          boolean split = i + 1 < messages.size() && answersLate(message, messages.get(i + 1));
          if (split) {
            report.add("/" + i + ": results that stood in the next message were moved into it");
            messages.set(i + 1, joined(message, messages.get(i + 1)));
          } else {
            user(message, "/" + i);
          }
        }
      }
    }
    var complete = ServerToolUses.withoutDangling(sound);
    if (!complete.equals(sound)) {
      report.add("calls of server tools that have no result were dropped");
    }
    return complete;
  }

  /** Whether a user message leaves calls open that the next user message answers. */
  private boolean answersLate(Message message, Message next) {
    var answered = message.toolResults().stream().map(ToolResult::toolUseId).toList();
    return next.role() == Role.USER
        && next.toolResults().stream()
            .map(ToolResult::toolUseId)
            .anyMatch(id -> open.containsKey(id) && !answered.contains(id));
  }

  private static Message joined(Message first, Message second) {
    var content = new ArrayList<ContentBlock>(first.content());
    content.addAll(second.content());
    return Message.of(Role.USER, content);
  }

  private void assistant(Message message, String at) {
    closeOpenCalls(at);
    if (sound.isEmpty()) {
      report.add(at + ": a user message was put before the first assistant turn");
      sound.add(Message.user("(The beginning of this conversation is missing.)"));
    }
    var ids = new ReplayedTurn(seenIds);
    var content = new ArrayList<ContentBlock>();
    for (var block : message.content()) {
      if (block instanceof ToolUse use) {
        var id = ids.freeId(use.id());
        if (!id.equals(use.id())) {
          report.add(
              at + ": the id of a call was replaced, it was used before or is no identifier");
        }
        seenIds.add(id);
        open.put(use.id(), id);
        content.add(
            id.equals(use.id())
                ? use
                : new ToolUse(id, use.name(), use.input(), use.other(), use.problem()));
      } else {
        content.add(block);
      }
    }
    sound.add(changed(message, content));
  }

  private void user(Message message, String at) {
    var results = new HashMap<String, ToolResult>();
    var rest = new ArrayList<ContentBlock>();
    for (var block : message.content()) {
      if (!(block instanceof ToolResult result)) {
        rest.add(block);
      } else if (!open.containsKey(result.toolUseId()) || results.containsKey(result.toolUseId())) {
        report.add(at + ": a result was dropped, no call waits for it");
      } else {
        results.put(result.toolUseId(), result);
      }
    }
    var content = new ArrayList<ContentBlock>();
    open.forEach((stored, id) -> {
      var result = results.get(stored);
      if (result == null) {
        report.add(at + ": a call without a result was answered as interrupted");
        result = ToolResult.error(id, INTERRUPTED);
      }
      content.add(
          result.toolUseId().equals(id)
              ? result
              : new ToolResult(id, result.content(), result.isError(), result.other()));
    });
    open.clear();
    content.addAll(rest);
    if (content.isEmpty()) {
      return;
    }
    if (content.size() == message.content().size() && !content.equals(message.content())) {
      report.add(at + ": the results were put in the order of their calls, before all else");
    }
    sound.add(changed(message, content));
  }

  private void system(Message message, String at) {
    if (sound.isEmpty() || !open.isEmpty()) {
      report.add(at + ": a system message was dropped, none may stand here");
    } else {
      sound.add(message);
    }
  }

  /** Calls that another assistant turn follows; those of the last turn stay pending. */
  private void closeOpenCalls(String at) {
    if (!open.isEmpty()) {
      report.add(at + ": calls without results before this turn were answered as interrupted");
      sound.add(
          Message.of(
              Role.USER,
              open.values().stream().map(id -> ToolResult.error(id, INTERRUPTED)).toList()));
      open.clear();
    }
  }

  private static Message changed(Message message, List<ContentBlock> content) {
    return content.equals(message.content()) ? message : Message.of(message.role(), content);
  }

  /** The message without what the API refuses in it whatever stands around; null when empty. */
  private @Nullable Message cleaned(Message message, String at) {
    var content = new ArrayList<ContentBlock>();
    for (int i = 0; i < message.content().size(); i++) {
      var block = message.content().get(i);
      var problem = problem(message.role(), block);
      if (!problem.isEmpty()) {
        report.add(at + "/content/" + i + ": " + problem);
      } else {
        content.add(withoutCacheMark(block, at + "/content/" + i));
      }
    }
    if (content.isEmpty()) {
      report.add(at + ": a message without content was dropped");
      return null;
    }
    return changed(message, content);
  }

  private static String problem(Role role, ContentBlock block) {
    return switch (block) {
      case Text text when text.text().isBlank() -> "a blank text block was dropped";
      case Thinking thinking when thinking.signature().isEmpty() ->
          "a thinking block without a signature was dropped";
      case ToolUse use when role != Role.ASSISTANT ->
          "a call outside an assistant turn was dropped";
      case ToolResult result when role != Role.USER ->
          "a result outside a user message was dropped";
      case Other other when other.type().equals("tool_use") || other.type().equals("tool_result") ->
          "a malformed " + other.type() + " was dropped";
      default -> "";
    };
  }

  /** Cache breakpoints are placed anew for each request; stored ones would use up its four. */
  private ContentBlock withoutCacheMark(ContentBlock block, String at) {
    if (!(block.json().node() instanceof ObjectNode json) || !json.has("cache_control")) {
      return block;
    }
    report.add(at + ": its cache_control was dropped, breakpoints are placed for each request");
    json.remove("cache_control");
    return ContentBlock.of(RawJson.of(json));
  }
}
