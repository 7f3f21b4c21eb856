package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import tools.jackson.databind.JsonNode;

/** A call after the first phase. */
public sealed interface PreparedCall {
  /** The call. */
  ToolUse use();

  /**
   * Found, valid and allowed.
   *
   * @param input the input as a tree of its own
   */
  record Ready(ToolUse use, RegisteredTool tool, JsonNode input) implements PreparedCall {}

  /** Not to be run; this is its result. */
  record Refused(ToolUse use, ToolResult result) implements PreparedCall {}

  /** Found and valid; somebody must approve it first. */
  record Paused(ToolUse use, RegisteredTool tool, String reason) implements PreparedCall {}
}
