package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The results in a stored history, found by the ids of their calls wherever they stand. */
final class StoredResults {
  private final Map<String, Deque<Located>> results = new HashMap<>();
  private final Map<String, TreeSet<Integer>> calls = new HashMap<>();
  private final Set<ToolResult> taken = Collections.newSetFromMap(new IdentityHashMap<>());

  /** A result and the message it stands in. */
  record Located(ToolResult result, int message) {}

  /**
   * @param messages null where a message was dropped
   */
  StoredResults(List<@Nullable Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      var message = messages.get(i);
      if (message == null) {
        continue;
      }
      for (var result : message.toolResults()) {
        results
            .computeIfAbsent(result.toolUseId(), id -> new ArrayDeque<>())
            .add(new Located(result, i));
      }
      for (ToolUse use : message.toolUses()) {
        calls.computeIfAbsent(use.id(), id -> new TreeSet<>()).add(i);
      }
    }
  }

  /**
   * The first result not taken yet that stands behind a call and before the next one of the same
   * id; null when there is none.
   *
   * @param call the message that the call stands in
   */
  @Nullable Located take(String id, int call) {
    var waiting = results.getOrDefault(id, new ArrayDeque<>());
    while (!waiting.isEmpty() && waiting.getFirst().message() < call) {
      waiting.removeFirst();
    }
    var next = calls.getOrDefault(id, new TreeSet<>()).higher(call);
    if (waiting.isEmpty() || next != null && waiting.getFirst().message() > next) {
      return null;
    }
    var found = waiting.removeFirst();
    taken.add(found.result());
    return found;
  }

  boolean isTaken(ToolResult result) {
    return taken.contains(result);
  }
}
