package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Calls of tools that the server runs, and the results that it gives them. */
final class ServerToolUses {
  private ServerToolUses() {}

  /** The id of the block, which may be that of a call; empty when it has none. */
  static String callId(ContentBlock block) {
    return block instanceof Other other ? other.string("id").orElse("") : "";
  }

  /** The id of the call that the block answers; empty for a block that is no result. */
  static String answeredId(ContentBlock block) {
    return isResult(block) ? ((Other) block).string("tool_use_id").orElse("") : "";
  }

  static boolean isCall(ContentBlock block) {
    return block instanceof Other
        && (block.type().equals("server_tool_use") || block.type().equals("mcp_tool_use"));
  }

  static boolean isResult(ContentBlock block) {
    return block instanceof Other && block.type().endsWith("_tool_result");
  }

  /** Whether it is either. */
  static boolean isOne(ContentBlock block) {
    return isCall(block) || isResult(block);
  }

  /** The ids of the calls that have their results among these blocks. */
  static Set<String> answeredIds(List<ContentBlock> blocks) {
    return blocks.stream().map(ServerToolUses::answeredId).collect(Collectors.toSet());
  }

  /** Whether the block is a server tool's call without a result. */
  static boolean isDangling(ContentBlock block, Set<String> answeredIds) {
    return isCall(block) && (callId(block).isEmpty() || !answeredIds.contains(callId(block)));
  }
}
