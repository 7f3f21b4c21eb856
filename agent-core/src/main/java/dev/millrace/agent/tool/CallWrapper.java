package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.concurrent.Callable;

/** Stands around each call of a tool, on the call's own thread. */
@FunctionalInterface
public interface CallWrapper {
  /** Makes the call as it is. */
  CallWrapper NONE = (use, call) -> call.call();

  /** Makes the call; what this gives or throws is what the call does. */
  ToolOutput call(ToolUse use, Callable<ToolOutput> call) throws Exception;
}
