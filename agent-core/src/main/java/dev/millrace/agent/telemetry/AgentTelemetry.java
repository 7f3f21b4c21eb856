package dev.millrace.agent.telemetry;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunObserver;
import dev.millrace.agent.cache.CacheMiss;
import dev.millrace.agent.cache.CacheWatch;
import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.feed.EventFeeds;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.tool.ToolOutput;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and spans of all runs of the runners that have it as their observer; docs/service.md
 * lists the metrics. Spans follow OpenTelemetry's conventions for generative AI: {@code
 * invoke_agent}, in it {@code chat} for each turn and {@code execute_tool} for each call. What was
 * said is in none of them. One is enough for a registry, which keeps it: of several, what goes on
 * would be counted for the first alone. Thread-safe.
 *
 * <pre>{@code
 * AgentRunner.builder(client, model).observer(new AgentTelemetry(meters, observations))
 * }</pre>
 */
public final class AgentTelemetry implements RunObserver {
  private final MeterRegistry meters;
  private final ObservationRegistry observations;
  private final CacheWatch cache;
  private final Set<String> tools = ConcurrentHashMap.newKeySet();
  private final AtomicInteger activeRuns = new AtomicInteger();
  private final AtomicInteger activeCalls = new AtomicInteger();

  /** Metrics alone. */
  public AgentTelemetry(MeterRegistry meters) {
    this(meters, ObservationRegistry.NOOP);
  }

  /** Metrics to the one, spans to the other. */
  public AgentTelemetry(MeterRegistry meters, ObservationRegistry observations) {
    this.meters = meters;
    this.observations = observations;
    this.cache = new CacheWatch(this::missed);
    Gauge.builder("agent.runs.active", activeRuns, AtomicInteger::get)
        .description("Runs that go on")
        .strongReference(true)
        .register(meters);
    Gauge.builder("agent.tools.active", activeCalls, AtomicInteger::get)
        .description("Calls of tools that go on")
        .strongReference(true)
        .register(meters);
  }

  /** Adds how many events wait for the readers of these feeds, and how many readers there are. */
  public AgentTelemetry feeds(EventFeeds feeds) {
    Gauge.builder("agent.feed.queue", feeds, EventFeeds::waitingEvents)
        .description("Events that wait for the readers of runs")
        .register(meters);
    Gauge.builder("agent.feed.readers", feeds, EventFeeds::readers)
        .description("Readers of runs")
        .register(meters);
    return this;
  }

  private void missed(CacheMiss miss) {
    meters.counter("agent.cache.misses", "changed", miss.part()).increment();
  }

  @Override
  public Observation begins(String model, String sessionId) {
    activeRuns.incrementAndGet();
    return new Observed(
        new RunMetrics(meters, model, tools),
        new RunSpans(observations, model, sessionId),
        cache.begins(model, sessionId));
  }

  /** One run, seen by all three. */
  private final class Observed implements Observation {
    private final RunMetrics metrics;
    private final RunSpans spans;
    private final Observation watched;

    Observed(RunMetrics metrics, RunSpans spans, Observation watched) {
      this.metrics = metrics;
      this.spans = spans;
      this.watched = watched;
    }

    @Override
    public void asks(int turn, MessageRequest request) {
      watched.asks(turn, request);
    }

    @Override
    public void on(AgentEvent event) {
      metrics.on(event);
      spans.on(event);
      watched.on(event);
    }

    @Override
    public ToolOutput call(ToolUse use, Callable<ToolOutput> call) throws Exception {
      activeCalls.incrementAndGet();
      try {
        return spans.call(use, call);
      } finally {
        activeCalls.decrementAndGet();
      }
    }

    @Override
    public void ended(@Nullable Throwable failure) {
      activeRuns.decrementAndGet();
      metrics.ended(failure);
      spans.ended(failure);
      watched.ended(failure);
    }
  }
}
