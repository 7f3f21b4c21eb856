package dev.millrace.agent;

import dev.millrace.agent.message.PriceTable;
import dev.millrace.agent.message.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one run has used, and what its budget lets it use; for one run. */
final class Expenses {
  private static final long MILLION = 1_000_000;

  private final Budget budget;
  private final Duration wallTime;
  private final String model;
  private final PriceTable prices;
  private final int maxTokens;
  private final int minTokens;
  private Usage usage = Usage.NONE;
  private BigDecimal lastPrompt = BigDecimal.ZERO;

  /**
   * @param wallTime most time from the start, which may be less than the budget's limit
   * @param maxTokens most tokens of one message
   * @param minTokens fewest that can be asked for
   */
  Expenses(
      Budget budget,
      Duration wallTime,
      String model,
      PriceTable prices,
      int maxTokens,
      int minTokens) {
    this.budget = budget;
    this.wallTime = wallTime;
    this.model = model;
    this.prices = prices;
    this.maxTokens = maxTokens;
    this.minTokens = minTokens;
  }

  Duration wallTime() {
    return wallTime;
  }

  /** Takes over what was used before. */
  void restore(RunProgress progress) {
    usage = progress.usage();
    budget.restore(progress.turns(), progress.toolCalls(), usage.outputTokens(), cost());
  }

  int toolCalls() {
    return budget.toolCalls();
  }

  Usage usage() {
    return usage;
  }

  @Nullable BigDecimal cost() {
    return cost(usage);
  }

  private @Nullable BigDecimal cost(Usage usage) {
    return prices.cost(model, usage).orElse(null);
  }

  /** Which limit does not let another request be made; empty when none does. */
  Optional<String> reached() {
    return budget.reached();
  }

  boolean isNearEnd() {
    return budget.isNearEnd();
  }

  /** Takes so many calls; gives the limit that does not let them be made. */
  Optional<String> takeCalls(int calls) {
    return budget.takeCalls(calls);
  }

  /** Whether so many calls could be taken now. */
  boolean allowsCalls(int calls) {
    return budget.allowsCalls(calls);
  }

  /** What the next answer may take; empty when that is too little to ask for. */
  Optional<Allowance> reserve() {
    var million = cost(new Usage(0, MILLION, 0, 0, 0, 0, true));
    var perToken = million == null ? null : million.divide(BigDecimal.valueOf(MILLION));
    var allowance = budget.reserve(maxTokens, perToken, lastPrompt);
    if (allowance.maxTokens() >= minTokens) {
      return Optional.of(allowance);
    }
    budget.settle(allowance, 0, null);
    return Optional.empty();
  }

  /** The request that something was reserved for took this, all its attempts together. */
  void settle(Allowance reserved, Usage taken) {
    usage = usage.plus(taken);
    var paid = cost(taken);
    var written = cost(new Usage(0, taken.outputTokens(), 0, 0, 0, 0, true));
    // The next prompt is this one and what was answered to it.
    lastPrompt = paid == null || written == null ? BigDecimal.ZERO : paid.subtract(written);
    budget.settle(reserved, taken.outputTokens(), paid);
  }

  /** Whether an answer that took so much may go on. */
  boolean covers(Allowance allowance, Usage taken) {
    return allowance.covers(taken.outputTokens(), cost(taken));
  }
}
