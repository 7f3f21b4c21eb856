package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
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
}
