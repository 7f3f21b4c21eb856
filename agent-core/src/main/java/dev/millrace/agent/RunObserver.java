package dev.millrace.agent;

import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.tool.ToolOutput;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Sees all runs of a runner, for telemetry. Unlike a {@link RunListener} it is also told of
 * requests and of failures, stands around the calls of tools, and can do no harm: what it throws is
 * logged and forgotten. Thread-safe.
 */
@FunctionalInterface
public interface RunObserver {
  /**
   * A run begins, on this thread.
   *
   * @param sessionId of the session that it is a run of, empty for none
   */
  Observation begins(String model, String sessionId);

  /** What is seen of one run. All but {@link #call} happens on the run's own thread. */
  interface Observation extends RunListener {
    /** An event, before the run's listener is told of it. */
    @Override
    default void on(AgentEvent event) {}

    /** The model is asked. Attempts of the client to send it again are seen as events. */
    default void asks(int turn, MessageRequest request) {}

    /**
     * Makes a tool's call, on the thread of the call; this is the place to set what belongs to a
     * thread. What it gives or throws is the call's.
     */
    default ToolOutput call(ToolUse use, Callable<ToolOutput> call) throws Exception {
      return call.call();
    }

    /**
     * The run is over; called last and once.
     *
     * @param failure what it failed with; null when it gave a result
     */
    default void ended(@Nullable Throwable failure) {}
  }
}
