package dev.millrace.agent.tool;

import org.jspecify.annotations.Nullable;

/** What a typed tool does with its input. */
@FunctionalInterface
public interface ToolFunction<I> {
  /**
   * Does it.
   *
   * @return a {@link ToolOutput}, a string, any value that is told as JSON, or null for nothing
   */
  @Nullable Object call(I input) throws Exception;
}
