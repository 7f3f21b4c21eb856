package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import java.util.Map;

/** What a running tool is given beside its input. Thread-safe. */
public interface ToolContext {
  /** The API's id of the call. */
  String toolUseId();

  /**
   * A key that stays the same however often this call is made again, by a retry or after a crash;
   * to be handed to systems that know idempotency keys.
   */
  String idempotencyKey();

  /** Comes when the run is cancelled or the call's time is up; the thread is interrupted too. */
  CancelSignal cancelSignal();

  /**
   * Tells whoever watches how far the call is. Cheap; what nobody has read yet is joined, and cut
   * off beyond 65,536 characters. Nothing is told any more once the call has its result.
   */
  void progress(String text);

  /**
   * Has something done on the run's own thread, between its events and in order; for tools that
   * have more to tell than text. Waits while 1,024 are to be done; what comes once the call has its
   * result, or is to stop, is dropped.
   */
  default void tell(Runnable news) {}

  /** What the caller of the run attached to it, by name; never seen by the model. */
  Map<String, Object> attributes();

  /** The run that made the call. */
  default CallingRun run() {
    return CallingRun.NONE;
  }
}
