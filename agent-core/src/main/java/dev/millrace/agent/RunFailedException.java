package dev.millrace.agent;

import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that ended because the world failed it: the API, the network, a listener. Its cause says
 * which; nothing is lost, because it carries the transcript so far, sendable, and the usage.
 */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Transcript transcript;
  private final transient Usage usage;
  private final transient @Nullable BigDecimal costUsd;
  private final int turns;

  RunFailedException(
      Transcript transcript,
      Usage usage,
      @Nullable BigDecimal costUsd,
      int turns,
      Throwable cause) {
    super("the run failed in turn " + turns + ": " + describe(cause), cause);
    this.transcript = transcript;
    this.usage = usage;
    this.costUsd = costUsd;
    this.turns = turns;
  }

  private static String describe(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Everything said until the failure; running it again goes on where the run stopped. */
  public Transcript transcript() {
    return transcript;
  }

  /** The tokens of all requests, those of failed attempts included. */
  public Usage usage() {
    return usage;
  }

  /** What they cost in US dollars by the price table; empty for a model without a price. */
  public Optional<BigDecimal> cost() {
    return Optional.ofNullable(costUsd);
  }

  /** How often the model was asked, the failed time included. */
  public int turns() {
    return turns;
  }
}
