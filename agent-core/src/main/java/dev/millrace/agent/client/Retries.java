package dev.millrace.agent.client;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** Decides whether a request is made again, and when. Thread-safe. */
final class Retries {
  private final RetryPolicy policy;
  private final RetryBudget budget;
  private final DoubleSupplier random;

  Retries(RetryPolicy policy, Clockwork clockwork) {
    this.policy = policy;
    this.budget = new RetryBudget(policy.extraShare(), clockwork.nanoTime());
    this.random = clockwork.random();
  }

  /** A request is made for the first time. */
  void request() {
    budget.request();
  }

  /**
   * How long to wait before the next attempt.
   *
   * @throws RuntimeException the failure itself, when there is to be none
   */
  Duration waitAfter(RuntimeException failure, int attempt) {
    if (failure instanceof ApiException api) {
      if (!api.isRetryable()) {
        throw api;
      }
      refusal(api.retryAfter(), attempt)
          .ifPresent(why -> {
            api.gaveUp(why);
            throw api;
          });
      return api.retryAfter()
          .map(asked -> policy.askedWait(asked, random.getAsDouble()))
          .orElseGet(() -> policy.ownWait(attempt, random.getAsDouble()));
    }
    if (refusal(Optional.empty(), attempt).isPresent()) {
      throw failure;
    }
    return policy.ownWait(attempt, random.getAsDouble());
  }

  /** Why there is to be no next attempt; counts it when there is. */
  private Optional<String> refusal(Optional<Duration> asked, int attempt) {
    var cap = policy.maxRetryAfter();
    if (attempt > policy.maxRetries()) {
      return Optional.of("not tried again, see RetryPolicy.maxRetries");
    }
    if (asked.filter(wait -> wait.compareTo(cap) > 0).isPresent()) {
      return Optional.of(
          "it asks to wait %s s, which is over RetryPolicy.maxRetryAfter of %s s"
              .formatted(asked.get().toSeconds(), cap.toSeconds()));
    }
    return budget.tryRetry()
        ? Optional.empty()
        : Optional.of("not tried again: this client's retry budget is spent, see RetryPolicy");
  }
}
