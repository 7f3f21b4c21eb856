package dev.millrace.agent.telemetry;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.StreamException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The metrics of one run; for its thread. */
final class RunMetrics {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Pattern TYPE = Pattern.compile("[a-z_]{1,40}");

  private final MeterRegistry meters;
  private final String model;
  private final long startedAt = System.nanoTime();
  private final Timer firstToken;
  private final Timer gap;
  private boolean isTurnOpen;
  private boolean isRetried;
  private long askedAt;
  private long firstAt;
  private long lastAt;
  private @Nullable RunResult result;

  RunMetrics(MeterRegistry meters, String model) {
    this.meters = meters;
    this.model = model;
    this.firstToken =
        timer("agent.first.token", "From the request to the first piece of the answer");
    this.gap = timer("agent.stream.gap", "Between two pieces of an answer");
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .tag("model", model)
        .publishPercentileHistogram()
        .minimumExpectedValue(SHORTEST)
        .maximumExpectedValue(LONGEST)
        .register(meters);
  }

  void on(AgentEvent event) {
    switch (event) {
      case AgentEvent.TurnStarted started -> begin(false);
      case AgentEvent.TextDelta delta -> saw();
      case AgentEvent.ThinkingDelta delta -> saw();
      case AgentEvent.ToolInputDelta delta -> saw();
      case AgentEvent.TurnRetried retried -> {
        count("agent.retries", "cause", cause(retried.cause()));
        stream("broken");
        begin(true);
      }
      case AgentEvent.TranscriptCompacted compacted -> {
        count("agent.compactions", "model", model);
        stream("too_long");
        begin(isRetried);
      }
      case AgentEvent.MessageCompleted(int turn, var message) -> completed(message.usage());
      case AgentEvent.ToolFinished(var use, var toolResult, var took) ->
          Timer.builder("agent.tool")
              .description("Calls of tools")
              .tag("tool", use.name())
              .tag("outcome", toolResult.isError() ? "error" : "success")
              .publishPercentileHistogram()
              .register(meters)
              .record(took);
      case AgentEvent.ApprovalRequested(var request) ->
          count("agent.approvals", "tool", request.use().name());
      case AgentEvent.RunFinished(var reached) -> result = reached;
      default -> {}
    }
  }

  private void begin(boolean isAgain) {
    isTurnOpen = true;
    isRetried = isAgain;
    askedAt = System.nanoTime();
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
      summary("agent.tokens.per.second", "How fast answers are written")
          .record(usage.outputTokens() * 1e9 / (lastAt - firstAt));
    }
    if (usage.promptTokens() > 0) {
      summary("agent.cache.read.share", "How much of a prompt was read from the cache, 0 to 1")
          .record((double) usage.cacheReadInputTokens() / usage.promptTokens());
    }
  }

  private DistributionSummary summary(String name, String description) {
    return DistributionSummary.builder(name)
        .description(description)
        .tag("model", model)
        .publishPercentileHistogram()
        .minimumExpectedValue(0.01)
        .maximumExpectedValue(10_000d)
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
        .tag("cause", failure == null ? "none" : cause(failure))
        .publishPercentileHistogram()
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

  /** One of few words, whatever a server says. */
  static String cause(Throwable failure) {
    var cause =
        failure instanceof RunFailedException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ApiException api) {
      return TYPE.matcher(api.errorType()).matches() ? api.errorType() : "api_error";
    }
    return cause instanceof StreamException ? "stream" : cause.getClass().getSimpleName();
  }
}
