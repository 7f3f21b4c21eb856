package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drops calls of server tools without a result, and results without a call. A call may wait for its
 * result as long as nothing but results of our own tools stands between it and the next assistant
 * turn, where its result then is, or the end.
 */
final class ServerToolRepair {
  private final List<String> report;
  private final boolean mayWait;
  private final Set<String> called = new HashSet<>();

  /**
   * @param mayWait whether the last turn is going to be continued
   */
  ServerToolRepair(List<String> report, boolean mayWait) {
    this.report = report;
    this.mayWait = mayWait;
  }

  /**
   * Repairs in place.
   *
   * @param messages null where a message was dropped
   */
  void repair(List<@Nullable Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      var message = messages.get(i);
      if (message != null && message.role() == Role.ASSISTANT) {
        messages.set(i, repaired(message, answeredLater(messages, i), "/" + i));
      }
    }
  }

  private @Nullable Message repaired(Message message, @Nullable Set<String> later, String at) {
    var content = message.content();
    var lastResults = new HashMap<String, Integer>();
    for (int i = 0; i < content.size(); i++) {
      lastResults.put(ServerToolUses.answeredId(content.get(i)), i);
    }
    var kept = new ArrayList<ContentBlock>();
    for (int i = 0; i < content.size(); i++) {
      var block = content.get(i);
      var id = ServerToolUses.callId(block);
      boolean answered =
          !id.isEmpty()
              && (later == null || later.contains(id) || lastResults.getOrDefault(id, -1) > i);
      if (ServerToolUses.isCall(block) && !answered) {
        report.add(at + ": a server tool's call without a result was dropped");
      } else if (ServerToolUses.isResult(block)
          && !called.contains(ServerToolUses.answeredId(block))) {
        report.add(at + ": a server tool's result without a call was dropped");
      } else {
        called.add(id);
        kept.add(block);
      }
    }
    if (kept.isEmpty()) {
      return null;
    }
    return kept.size() == content.size() ? message : Message.of(Role.ASSISTANT, kept);
  }

  /** The calls that later messages answer in time; null when all may still wait. */
  private @Nullable Set<String> answeredLater(List<@Nullable Message> messages, int index) {
    var answered = new HashSet<String>();
    boolean inTurn = true;
    for (int i = index + 1; i < messages.size(); i++) {
      var later = messages.get(i);
      if (later != null && later.role() == Role.ASSISTANT) {
        answered.addAll(ServerToolUses.answeredIds(later.content()));
        inTurn = false;
      } else if (later != null && (!inTurn || !isAllResults(later))) {
        return answered;
      }
    }
    return inTurn && mayWait ? null : answered;
  }

  private static boolean isAllResults(Message message) {
    return message.role() == Role.USER
        && message.content().stream().allMatch(ToolResult.class::isInstance);
  }
}
