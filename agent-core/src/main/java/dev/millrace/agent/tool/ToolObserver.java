package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.time.Duration;

/**
 * Watches the calls of a turn, on the thread that runs them all. What it throws stops the calls
 * that still run, and is what the run ends with; it is told of the rest all the same.
 */
public interface ToolObserver {
  /** The call is about to begin; when this throws, it does not. */
  void started(ToolUse use);

  /** The tool tells how far it is. */
  void progressed(ToolUse use, String text);

  /** The call has its result; told of each call, also of one that never started. */
  void finished(ToolUse use, ToolResult result, Duration took);
}
