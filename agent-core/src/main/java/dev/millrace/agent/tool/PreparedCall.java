package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import tools.jackson.databind.JsonNode;

/** A call after the first phase. */
public sealed interface PreparedCall {
  /** The call. */
  ToolUse use();

  /** The same of another call that is equal but for its id. */
  default PreparedCall as(ToolUse other) {
    return switch (this) {
      case Ready(var use, var tool, var input, var note) -> new Ready(other, tool, input, note);
      case Refused(var use, var result) ->
          new Refused(
              other,
              new ToolResult(other.id(), result.content(), result.isError(), result.other()));
      case Paused(var use, var tool, var reason) -> new Paused(other, tool, reason);
    };
  }

  /**
   * Found, valid and allowed.
   *
   * @param input the input as a tree of its own
   * @param note what the model is told before the result; empty when there is nothing to tell
   */
  record Ready(ToolUse use, RegisteredTool tool, JsonNode input, String note)
      implements PreparedCall {}

  /** Not to be run; this is its result. */
  record Refused(ToolUse use, ToolResult result) implements PreparedCall {}

  /** Found and valid; somebody must approve it first. */
  record Paused(ToolUse use, RegisteredTool tool, String reason) implements PreparedCall {}
}
