package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import java.util.Map;

/**
 * What all calls of a run are given.
 *
 * @param attributes what the caller of the run attached to it, by name
 * @param idempotencyScope what makes the ids of this run's calls unique among all runs, such as the
 *     id of a session; empty when nothing does
 * @param run whose calls they are
 * @param cancel stops the calls that run and keeps the others from starting
 * @param wrapper stands around each call
 */
public record CallScope(
    Map<String, Object> attributes,
    String idempotencyScope,
    CallingRun run,
    CancelSignal cancel,
    CallWrapper wrapper) {
  /** Copies the attributes. */
  public CallScope {
    attributes = Map.copyOf(attributes);
  }

  /** The key of a call, the same however often the call is made again. */
  String idempotencyKey(String toolUseId) {
    return idempotencyScope.isEmpty() ? toolUseId : idempotencyScope + "/" + toolUseId;
  }
}
