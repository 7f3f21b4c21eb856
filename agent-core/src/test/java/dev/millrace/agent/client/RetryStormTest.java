package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many runs at a server that refuses all: what they cost it, and when they come again. */
class RetryStormTest {
  private static final Reply BUSY = Reply.error(429, "rate_limit_error", "busy");

  private final Random chance = new Random(7);
  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

  /** A clock that stands still, so that time gives no retries back; its waits are noted. */
  private Clockwork standingStill() {
    return new Clockwork(
        () -> 0,
        InstantSource.fixed(Instant.EPOCH),
        chance::nextDouble,
        (stopped, wait) -> waits.add(wait));
  }

  private HttpMessagesClient client(MessagesServer server, RetryPolicy policy) {
    return Fixture.client(server).retryPolicy(policy).clockwork(standingStill()).build();
  }

  private static Throwable run(HttpMessagesClient client) {
    var runner = AgentRunner.builder(client, "claude-opus-5-5").build();
    return catchThrowable(() -> runner.run("Hello", RunListener.NONE));
  }

  /** Twenty retries are there to start with, and one comes with every ten requests. */
  @Test
  @Tag("F05")
  void fiftyRunsAtOnceMakeAFewRequestsMoreAndNoMultipleOfThem() throws Exception {
    int runs = 50;
    try (var server = MessagesServer.builder().refusalsExpected().start(request -> BUSY);
        var client = client(server, RetryPolicy.DEFAULT);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var failures = Collections.synchronizedList(new ArrayList<Throwable>());
      for (int run = 0; run < runs; run++) {
        threads.execute(() -> failures.add(run(client)));
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(failures)
          .hasSize(runs)
          .hasOnlyElementsOfType(RunFailedException.class)
          .allMatch(failure -> failure.getCause() instanceof RateLimitException);
      assertThat(server.requestCount()).isBetween(runs + 20, runs + 20 + runs / 10);
      assertThat(waits).hasSize(server.requestCount() - runs).doesNotHaveDuplicates();
    }
  }

  /** Each wait is a random part of a longest one, and the longest ones double. */
  @Test
  @Tag("F05")
  void runsComeAgainLaterEachTimeAndNotTogether() {
    int runs = 20;
    int retries = 4;
    var policy = RetryPolicy.DEFAULT.withMaxRetries(retries);
    for (int run = 0; run < runs; run++) {
      try (var server = MessagesServer.start(request -> BUSY);
          var client = client(server, policy)) {
        run(client);
        assertThat(server.requestCount()).isEqualTo(1 + retries);
      }
    }
    assertThat(waits).hasSize(runs * retries);
    for (int retry = 0; retry < retries; retry++) {
      int nth = retry;
      long longest = 500L << retry;
      var millis =
          IntStream.range(0, runs)
              .mapToLong(run -> waits.get(run * retries + nth).toMillis())
              .sorted()
              .toArray();
      assertThat(millis[0]).as("shortest").isBetween(0L, longest / 4);
      assertThat(millis[runs - 1]).as("longest").isBetween(longest * 3 / 4, longest);
      assertThat(LongStream.of(millis).average().orElseThrow())
          .as("mean")
          .isCloseTo(longest / 2.0, within(longest / 5.0));
    }
  }
}
