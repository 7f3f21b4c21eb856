package dev.millrace.agent.tool;

import java.time.Duration;

/**
 * How a tool behaves, as far as the loop must know. The defaults are the safe ones.
 *
 * @param isReadOnly it changes nothing in the world
 * @param isRepeatable doing it twice is as good as once, so that it may be run again after a crash
 * @param isExclusive it runs while no other call of the same turn does
 * @param timeout how long a call may take
 * @param isStrict the API makes sure that the input fits the schema ({@code strict})
 * @param isEager the API streams the input as it is written, not value by value ({@code
 *     eager_input_streaming}); such input may be broken JSON and is then refused
 * @param isPoll it is meant to be called again and again with the same input, to wait for
 *     something, which is no sign of a model that goes in circles
 */
public record ToolTraits(
    boolean isReadOnly,
    boolean isRepeatable,
    boolean isExclusive,
    Duration timeout,
    boolean isStrict,
    boolean isEager,
    boolean isPoll) {

  /** Not read-only, not repeatable, not exclusive, 2 minutes, not strict, eager or a poll. */
  public static final ToolTraits DEFAULT =
      new ToolTraits(false, false, false, Duration.ofMinutes(2), false, false, false);

  public ToolTraits {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, not " + timeout);
    }
  }

  /** The same, read-only and therefore repeatable. */
  public ToolTraits readOnly() {
    return new ToolTraits(true, true, isExclusive, timeout, isStrict, isEager, isPoll);
  }

  /** The same, repeatable. */
  public ToolTraits repeatable() {
    return new ToolTraits(isReadOnly, true, isExclusive, timeout, isStrict, isEager, isPoll);
  }

  /** The same, exclusive. */
  public ToolTraits exclusive() {
    return new ToolTraits(isReadOnly, isRepeatable, true, timeout, isStrict, isEager, isPoll);
  }

  /** The same with this timeout. */
  public ToolTraits timeout(Duration timeout) {
    return new ToolTraits(
        isReadOnly, isRepeatable, isExclusive, timeout, isStrict, isEager, isPoll);
  }

  /** The same, strict. */
  public ToolTraits strict() {
    return new ToolTraits(isReadOnly, isRepeatable, isExclusive, timeout, true, isEager, isPoll);
  }

  /** The same, with input streamed as it is written. */
  public ToolTraits eager() {
    return new ToolTraits(isReadOnly, isRepeatable, isExclusive, timeout, isStrict, true, isPoll);
  }

  /** The same, meant to be called again and again. */
  public ToolTraits poll() {
    return new ToolTraits(isReadOnly, isRepeatable, isExclusive, timeout, isStrict, isEager, true);
  }
}
