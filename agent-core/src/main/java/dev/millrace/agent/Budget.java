package dev.millrace.agent;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run and the runs inside it have taken of its limits. What a request may cost is reserved
 * before it is made, so that runs at the same time cannot overdraw it together. Thread-safe.
 */
final class Budget {
  private final Limits limits;
  private final @Nullable Budget outer;
  private int turns;
  private int toolCalls;
  private long tokens;
  private long reservedTokens;
  private BigDecimal cost = BigDecimal.ZERO;
  private BigDecimal reservedCost = BigDecimal.ZERO;

  /**
   * @param outer the budget of the run around this one, which pays for all that this one takes
   */
  Budget(Limits limits, @Nullable Budget outer) {
    this.limits = limits;
    this.outer = outer;
  }

  Limits limits() {
    return limits;
  }

  /** Takes over what was taken before, elsewhere. */
  synchronized void restore(int turns, int toolCalls, long tokens, @Nullable BigDecimal cost) {
    this.turns = turns;
    this.toolCalls = toolCalls;
    this.tokens = tokens;
    this.cost = cost == null ? BigDecimal.ZERO : cost;
  }

  synchronized int toolCalls() {
    return toolCalls;
  }

  /** Which limit does not let another request be made; empty when none does. */
  synchronized Optional<String> reached() {
    if (turns >= limits.turns()) {
      return Optional.of(limits.turns() + " turns");
    }
    if (tokens >= limits.outputTokens()) {
      return Optional.of(limits.outputTokens() + " output tokens");
    }
    if (cost.compareTo(limits.costUsd()) >= 0) {
      return Optional.of(limits.costUsd() + " US dollars");
    }
    return outer == null ? Optional.empty() : outer.reached();
  }

  /**
   * Takes a turn and reserves the worst that its answer can cost.
   *
   * @param maxTokens how many tokens to ask for if the budget has them
   * @param perToken what a token of the answer costs in US dollars, null when it is not known
   * @param prompt what the prompt is expected to cost
   */
  synchronized Allowance reserve(int maxTokens, @Nullable BigDecimal perToken, BigDecimal prompt) {
    long most = Math.min(maxTokens, limits.outputTokens() - tokens - reservedTokens);
    var money = limits.costUsd().subtract(cost).subtract(reservedCost);
    if (perToken != null && perToken.signum() > 0) {
      var affordable = money.subtract(prompt).divide(perToken, 0, RoundingMode.DOWN);
      most = Math.min(most, affordable.min(BigDecimal.valueOf(maxTokens)).longValue());
    }
    int asked = Math.clamp(most, 0, maxTokens);
    var outside = outer == null ? null : outer.reserve(asked, perToken, prompt);
    if (outside != null) {
      asked = outside.maxTokens();
    }
    var worst =
        perToken == null
            ? BigDecimal.ZERO
            : prompt.add(perToken.multiply(BigDecimal.valueOf(asked)));
    var own = new Allowance(asked, limits.outputTokens() - tokens - reservedTokens, money, worst);
    turns++;
    reservedTokens += asked;
    reservedCost = reservedCost.add(worst);
    return outside == null
        ? own
        : new Allowance(
            asked,
            Math.min(own.outputTokens(), outside.outputTokens()),
            own.costUsd().min(outside.costUsd()),
            worst);
  }

  /** The answer is there, or will never be: what was reserved for it gives way to what it took. */
  synchronized void settle(Allowance reserved, long taken, @Nullable BigDecimal paid) {
    reservedTokens -= reserved.maxTokens();
    reservedCost = reservedCost.subtract(reserved.reservedUsd());
    tokens += taken;
    cost = paid == null ? cost : cost.add(paid);
    if (outer != null) {
      outer.settle(reserved, taken, paid);
    }
  }

  /** Takes so many calls; gives the limit that does not let them be made, and takes none then. */
  synchronized Optional<String> takeCalls(int calls) {
    if (toolCalls + calls > limits.toolCalls()) {
      return Optional.of(limits.toolCalls() + " tool calls");
    }
    var outside = outer == null ? Optional.<String>empty() : outer.takeCalls(calls);
    toolCalls += outside.isEmpty() ? calls : 0;
    return outside;
  }

  /** Whether so many calls could be taken now. */
  synchronized boolean allowsCalls(int calls) {
    return toolCalls + calls <= limits.toolCalls() && (outer == null || outer.allowsCalls(calls));
  }

  /** Whether the next turn is the last one, or less than a tenth of the tokens or money is left. */
  synchronized boolean isNearEnd() {
    return turns + 1 >= limits.turns()
        || tokens >= limits.outputTokens() - limits.outputTokens() / 10
        || cost.compareTo(limits.costUsd().multiply(new BigDecimal("0.9"))) >= 0
        || outer != null && outer.isNearEnd();
  }
}
