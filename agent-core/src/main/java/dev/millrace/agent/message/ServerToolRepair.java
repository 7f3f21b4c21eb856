package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
        messages.set(i, repaired(message, answeredIds(messages, i), "/" + i));
      }
    }
  }

  private @Nullable Message repaired(Message message, @Nullable Set<String> answered, String at) {
    var kept = new ArrayList<ContentBlock>();
    for (var block : message.content()) {
      boolean dangling = answered != null && ServerToolUses.isDangling(block, answered);
      boolean orphan =
          ServerToolUses.isResult(block) && !called.contains(ServerToolUses.answeredId(block));
      if (dangling) {
        report.add(at + ": a server tool's call without a result was dropped");
      } else if (orphan) {
        report.add(at + ": a server tool's result without a call was dropped");
      } else {
        called.add(ServerToolUses.callId(block));
        kept.add(block);
      }
    }
    if (kept.isEmpty()) {
      return null;
    }
    return kept.size() == message.content().size() ? message : Message.of(Role.ASSISTANT, kept);
  }

  /** Which calls of an assistant message have their results; null when they may still wait. */
  private @Nullable Set<String> answeredIds(List<@Nullable Message> messages, int index) {
    var answered =
        new HashSet<>(
            ServerToolUses.answeredIds(Objects.requireNonNull(messages.get(index)).content()));
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
