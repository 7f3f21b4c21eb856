package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
import java.util.ArrayList;
import java.util.List;

/** Calls of tools that the server runs. */
final class ServerToolUses {
  private ServerToolUses() {}

  /** Whether the block is a server tool's call whose result does not stand in these blocks. */
  static boolean isDangling(ContentBlock block, List<ContentBlock> among) {
    if (!(block instanceof Other use)
        || !(use.type().equals("server_tool_use") || use.type().equals("mcp_tool_use"))) {
      return false;
    }
    var id = use.string("id");
    return among.stream()
        .noneMatch(
            other -> other instanceof Other result && result.string("tool_use_id").equals(id));
  }

  /**
   * The messages without the calls that have no result. A result stands in the turn of its call or
   * in the assistant turn after it, never later.
   */
  static List<Message> withoutDangling(List<Message> messages) {
    var sound = new ArrayList<Message>(messages.size());
    List<ContentBlock> later = List.of();
    for (var message : messages.reversed()) {
      if (message.role() != Role.ASSISTANT) {
        sound.add(message);
        continue;
      }
      var reach = new ArrayList<>(message.content());
      reach.addAll(later);
      later = message.content();
      var kept = message.content().stream().filter(block -> !isDangling(block, reach)).toList();
      if (kept.size() == message.content().size()) {
        sound.add(message);
      } else if (!kept.isEmpty()) {
        sound.add(Message.of(Role.ASSISTANT, kept));
      }
    }
    return sound.reversed();
  }
}
