package dev.millrace.agent.telemetry;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.feed.RunError;
import dev.millrace.agent.message.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The metrics of one run; for its thread. */
final class RunMetrics {
  /** Borders of what operators ask about, few since each is a series. */
  private static final Duration[] TIMES =
      LongStream.of(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final double[] SHARES = {0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1};
  private static final double[] SPEEDS = {5, 10, 20, 50, 100, 200, 500, 1_000};

  private final MeterRegistry meters;
  private final String model;
  private final Set<String> tools;
  private final long startedAt = System.nanoTime();
  private final Timer firstToken;
  private final Timer gap;
  private boolean isTurnOpen;
  private boolean isRetried;
  private long askedAt;
  private long firstAt;
  private long lastAt;
  private @Nullable RunResult result;

  /**
   * @param tools the names of those that were called in any run. Models make names up, of which no
   *     series may come
   */
  RunMetrics(MeterRegistry meters, String model, Set<String> tools) {
    this.meters = meters;
    this.model = model;
    this.tools = tools;
    this.firstToken =
        timer("agent.first.token", "From the request to the first piece of the answer");
    this.gap = timer("agent.stream.gap", "Between two pieces of an answer");
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .tag("model", model)
        .serviceLevelObjectives(TIMES)
        .register(meters);
  }

  void on(AgentEvent event) {
    switch (event) {
      case AgentEvent.TurnStarted started -> begin(false, Duration.ZERO);
      case AgentEvent.TextDelta delta -> saw();
      case AgentEvent.ThinkingDelta delta -> saw();
      case AgentEvent.ToolInputDelta delta -> saw();
      case AgentEvent.TurnRetried retried -> {
        count("agent.retries", "cause", RunError.of(retried.cause()).type());
        stream("broken");
        begin(true, retried.delay());
      }
      case AgentEvent.TranscriptCompacted compacted -> {
        count("agent.compactions", "model", model);
        stream("too_long");
        begin(isRetried, Duration.ZERO);
      }
      case AgentEvent.MessageCompleted(int turn, var message) -> completed(message.usage());
      case AgentEvent.ToolStarted(var use) -> tools.add(use.name());
      case AgentEvent.ToolFinished(var use, var toolResult, var took) ->
          Timer.builder("agent.tool")
              .description("Calls of tools")
              .tag("tool", tools.contains(use.name()) ? use.name() : "unknown")
              .tag("outcome", toolResult.isError() ? "error" : "success")
              .serviceLevelObjectives(TIMES)
              .register(meters)
              .record(took);
      case AgentEvent.ApprovalRequested(var request) ->
          count("agent.approvals", "tool", request.use().name());
      case AgentEvent.RunFinished(var reached) -> result = reached;
      default -> {}
    }
  }

  private void begin(boolean isAgain, Duration delay) {
    isTurnOpen = true;
    isRetried = isAgain;
    askedAt = System.nanoTime() + delay.toNanos();
    firstAt = 0;
  }

  private void saw() {
    long now = System.nanoTime();
    if (firstAt == 0) {
      firstAt = now;
      firstToken.record(Duration.ofNanos(now - askedAt));
    } else {
      gap.record(Duration.ofNanos(now - lastAt));
    }
    lastAt = now;
  }

  private void completed(Usage usage) {
    isTurnOpen = false;
    stream("completed");
    count("agent.turns", "model", model);
    if (isRetried) {
      count("agent.streams.recovered", "model", model);
    }
    if (firstAt != 0 && lastAt > firstAt) {
      summary("agent.tokens.per.second", "How fast answers are written", SPEEDS)
          .record(usage.outputTokens() * 1e9 / (lastAt - firstAt));
    }
    if (usage.promptTokens() > 0) {
      summary("agent.cache.read.share", "The part of a prompt that was read from the cache", SHARES)
          .record((double) usage.cacheReadInputTokens() / usage.promptTokens());
    }
  }

  private DistributionSummary summary(String name, String description, double... borders) {
    return DistributionSummary.builder(name)
        .description(description)
        .tag("model", model)
        .serviceLevelObjectives(borders)
        .register(meters);
  }

  private void stream(String outcome) {
    meters.counter("agent.streams", "model", model, "outcome", outcome).increment();
  }

  private void count(String name, String tag, String value) {
    meters.counter(name, tag, value).increment();
  }

  void ended(@Nullable Throwable failure) {
    var outcome = result == null ? "failed" : result.outcome().name().toLowerCase(Locale.ROOT);
    if (isTurnOpen) {
      stream(result == null ? "broken" : outcome);
    }
    if (result != null) {
      spent(result.usage(), result.cost().orElse(BigDecimal.ZERO));
    } else if (failure instanceof RunFailedException failed) {
      spent(failed.usage(), failed.cost().orElse(BigDecimal.ZERO));
    }
    Timer.builder("agent.runs")
        .description("Runs")
        .tag("model", model)
        .tag("outcome", outcome)
        .tag("cause", failure == null ? "none" : RunError.of(failure).type())
        .serviceLevelObjectives(TIMES)
        .register(meters)
        .record(Duration.ofNanos(System.nanoTime() - startedAt));
  }

  private void spent(Usage usage, BigDecimal cost) {
    tokens("input", usage.inputTokens());
    tokens("output", usage.outputTokens());
    tokens("cache_read", usage.cacheReadInputTokens());
    tokens("cache_creation", usage.cacheCreationInputTokens());
    Counter.builder("agent.cost")
        .description("What all attempts cost, in US dollars")
        .baseUnit("usd")
        .tag("model", model)
        .register(meters)
        .increment(cost.doubleValue());
  }

  private void tokens(String type, long count) {
    meters.counter("agent.tokens", "model", model, "type", type).increment((double) count);
  }
}
