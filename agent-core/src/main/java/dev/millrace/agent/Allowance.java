package dev.millrace.agent;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one answer may take of a budget.
 *
 * @param maxTokens most tokens to ask for; they are reserved
 * @param outputTokens most tokens that the budget has left for it
 * @param costUsd most US dollars that the budget has left for it
 * @param reservedUsd the part of those that is reserved; zero for a model without a price
 */
public record Allowance(
    int maxTokens, long outputTokens, BigDecimal costUsd, BigDecimal reservedUsd) {
  /** Whether an answer that took so much may go on. */
  boolean covers(long tokens, @Nullable BigDecimal cost) {
    return tokens <= outputTokens && (cost == null || cost.compareTo(costUsd) <= 0);
  }
}
