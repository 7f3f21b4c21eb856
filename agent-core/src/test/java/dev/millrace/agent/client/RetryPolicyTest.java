package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  @Test
  @Tag("F05")
  void doublesTheLongestWaitUpToItsCap() {
    var policy = RetryPolicy.DEFAULT;
    assertThat(policy.ownWait(1, 1)).hasMillis(500);
    assertThat(policy.ownWait(2, 1)).hasMillis(1_000);
    assertThat(policy.ownWait(5, 1)).hasMillis(8_000);
    assertThat(policy.ownWait(6, 1)).hasMillis(8_000);
    assertThat(policy.ownWait(10_000, 1)).hasMillis(8_000);
  }

  @Test
  @Tag("F05")
  void spreadsWaitsOverTheirWholeLength() {
    assertThat(RetryPolicy.DEFAULT.ownWait(3, 0)).isZero();
    assertThat(RetryPolicy.DEFAULT.ownWait(3, 0.25)).hasMillis(500);
  }

  @Test
  void neverWaitsLessThanTheServerAsks() {
    assertThat(RetryPolicy.DEFAULT.askedWait(Duration.ofSeconds(10), 0)).hasSeconds(10);
    assertThat(RetryPolicy.DEFAULT.askedWait(Duration.ofSeconds(10), 1)).hasSeconds(11);
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    var policy = RetryPolicy.DEFAULT;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withMaxRetries(-1))
        .withMessageContaining("maxRetries");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withMaxRetryAfter(Duration.ofSeconds(-1)))
        .withMessageContaining("maxRetryAfter");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new RetryPolicy(
                2,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Double.NaN,
                RetryPolicy.Scope.WHOLE_TURN))
        .withMessageContaining("extraShare");
  }

  @Test
  @Tag("F05")
  void refillsTheBudgetByTimeAndByRequests() {
    var now = new AtomicLong();
    var budget = new RetryBudget(0.1, now::get);
    for (int retry = 0; retry < 20; retry++) {
      assertThat(budget.tryRetry()).isTrue();
    }
    assertThat(budget.tryRetry()).isFalse();
    for (int request = 0; request < 11; request++) {
      budget.request();
    }
    assertThat(budget.tryRetry()).isTrue();
    assertThat(budget.tryRetry()).isFalse();
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(budget.tryRetry()).isTrue();
    assertThat(budget.tryRetry()).isTrue();
    assertThat(budget.tryRetry()).isFalse();
    now.addAndGet(Duration.ofDays(1).toNanos());
    int most = 0;
    while (budget.tryRetry()) {
      most++;
    }
    assertThat(most).isEqualTo(100);
  }
}
