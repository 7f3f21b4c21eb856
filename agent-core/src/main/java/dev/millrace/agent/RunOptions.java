package dev.millrace.agent;

import dev.millrace.agent.cancel.CancelSignal;
import java.util.Map;

/**
 * What a single run is given beside its transcript.
 *
 * @param cancelSignal cancels the run from outside
 * @param attributes what the caller attaches for its tools, by name; never seen by the model
 */
public record RunOptions(CancelSignal cancelSignal, Map<String, Object> attributes) {
  /** Never cancelled from outside, nothing attached. */
  public static final RunOptions DEFAULT = new RunOptions(CancelSignal.NEVER, Map.of());

  public RunOptions {
    attributes = Map.copyOf(attributes);
  }

  /** The same, cancelled by this signal. */
  public RunOptions cancelledBy(CancelSignal cancelSignal) {
    return new RunOptions(cancelSignal, attributes);
  }

  /** The same with these attributes. */
  public RunOptions attributes(Map<String, Object> attributes) {
    return new RunOptions(cancelSignal, attributes);
  }
}
