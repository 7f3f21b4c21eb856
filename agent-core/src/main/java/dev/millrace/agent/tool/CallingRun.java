package dev.millrace.agent.tool;

/**
 * The run that made a call, for tools that start runs of their own; see {@code RunOptions.within}.
 */
public interface CallingRun {
  /** No run, for tools that are called by something else. */
  CallingRun NONE = new CallingRun() {};
}
