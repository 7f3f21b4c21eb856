package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of a stored history into an order that the API accepts, each call answered in
 * the very next message, and tells what it changed. A sound history comes out unchanged, message
 * for message. Used once.
 */
final class TranscriptRepair {
  private static final String INTERRUPTED =
      "Interrupted: no result of this call was kept. Whether it had an effect is not known.";

  private final List<@Nullable Message> stored;
  private final List<String> report;
  private final StoredResults results;
  private final CallIds ids = new CallIds(id -> false);
  private final List<Message> sound = new ArrayList<>();

  /** The calls of the last assistant turn, until they are answered. */
  private final List<OpenCall> open = new ArrayList<>();

  /** A call under the id it was stored with and the one it has now. */
  private record OpenCall(String storedId, String id, int message) {}

  /**
   * @param stored each sound on its own; null where a message was dropped
   */
  TranscriptRepair(List<@Nullable Message> stored, List<String> report) {
    this.stored = stored;
    this.report = report;
    this.results = new StoredResults(stored);
  }

  List<Message> repaired() {
    for (int i = 0; i < stored.size(); i++) {
      var message = stored.get(i);
      if (message != null) {
        switch (message.role()) {
          case ASSISTANT -> assistant(message, i);
          case SYSTEM -> system(message, i);
          case USER -> user(message, i);
        }
      }
    }
    return sound;
  }

  private void assistant(Message message, int index) {
    if (!open.isEmpty()) {
      sound.add(Message.of(Role.USER, answers(index)));
    }
    if (sound.isEmpty()) {
      report.add("/" + index + ": a user message was put before the first assistant turn");
      sound.add(Message.user("(The beginning of this conversation is missing.)"));
    }
    var content = new ArrayList<ContentBlock>();
    for (var block : message.content()) {
      content.add(block instanceof ToolUse use ? opened(use, index) : block);
    }
    sound.add(changed(message, content));
  }

  private ToolUse opened(ToolUse use, int index) {
    var id = ids.take(use.id());
    open.add(new OpenCall(use.id(), id, index));
    if (id.equals(use.id())) {
      return use;
    }
    report.add(
        "/" + index + ": the id of a call was replaced, it was used before or is no identifier");
    return new ToolUse(id, use.name(), use.input(), use.other(), use.problem());
  }

  private void user(Message message, int index) {
    boolean wellPlaced = isAnsweredBy(message);
    List<ContentBlock> content = new ArrayList<>(answers(index));
    int answered = content.size();
    for (var block : message.content()) {
      if (!(block instanceof ToolResult result)) {
        content.add(block);
      } else if (!results.isTaken(result)) {
        report.add("/" + index + ": a result was dropped, no call waits for it");
      }
    }
    if (wellPlaced) {
      append(message, index);
    } else if (!content.isEmpty()) {
      if (answered > 0 && !hasResultsFirst(message)) {
        report.add("/" + index + ": the results were put before all else");
      }
      append(changed(message, content), index);
    }
  }

  /** Whether the message begins with one result for each open call, in whatever order. */
  private boolean isAnsweredBy(Message message) {
    var results = message.toolResults();
    return hasResultsFirst(message)
        && results.size() == open.size()
        && open.stream().allMatch(call -> call.id().equals(call.storedId()))
        && results.stream()
            .map(ToolResult::toolUseId)
            .sorted()
            .toList()
            .equals(open.stream().map(OpenCall::id).sorted().toList());
  }

  private static boolean hasResultsFirst(Message message) {
    return message.content().stream()
        .limit(message.toolResults().size())
        .allMatch(ToolResult.class::isInstance);
  }

  /** One result for each open call, wherever it was stored; none is open afterwards. */
  private List<ToolResult> answers(int index) {
    var answers = new ArrayList<ToolResult>();
    for (var call : open) {
      var found = results.take(call.storedId(), call.message());
      if (found == null) {
        report.add("/" + index + ": a call without a result was answered as interrupted");
        answers.add(ToolResult.error(call.id(), INTERRUPTED));
        continue;
      }
      if (found.message() != index) {
        report.add("/" + found.message() + ": a result was moved to the message after its call");
      }
      var result = found.result();
      answers.add(
          call.id().equals(call.storedId())
              ? result
              : new ToolResult(call.id(), result.content(), result.isError(), result.other()));
    }
    open.clear();
    return answers;
  }

  private void system(Message message, int index) {
    if (open.isEmpty() && Placement.isSystemAllowedAfter(sound)) {
      sound.add(message);
    } else {
      report.add("/" + index + ": a system message was dropped, none may stand here");
    }
  }

  private void append(Message message, int index) {
    if (Placement.append(sound, message)) {
      report.add("/" + index + ": a user message was put before the system message it followed");
    }
  }

  private static Message changed(Message message, List<ContentBlock> content) {
    return content.equals(message.content()) ? message : Message.of(message.role(), content);
  }
}
