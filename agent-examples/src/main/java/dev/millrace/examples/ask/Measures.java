package dev.millrace.examples.ask;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.message.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What a run took, in a line. Used on the run's thread. */
final class Measures implements RunListener {
  private static final double NANOS = 1e9;

  private final LongSupplier nanoTime;
  private final long startedAt;
  private long askedAt;
  private long firstDeltaAt;
  private long firstTokenNanos = -1;
  private long streamingNanos;
  private long streamedTokens;
  private int toolCalls;

  Measures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
  }

  @Override
  public void on(AgentEvent event) {
    switch (event) {
      case AgentEvent.TurnStarted started -> {
        askedAt = nanoTime.getAsLong();
        firstDeltaAt = 0;
      }
      case AgentEvent.TextDelta delta -> delta();
      case AgentEvent.ThinkingDelta delta -> delta();
      case AgentEvent.ToolInputDelta delta -> delta();
      case AgentEvent.MessageCompleted(var turn, var message) -> {
        if (firstDeltaAt != 0) {
          streamingNanos += nanoTime.getAsLong() - firstDeltaAt;
          streamedTokens += message.usage().outputTokens();
        }
      }
      case AgentEvent.ToolFinished finished -> toolCalls++;
      default -> {}
    }
  }

  private void delta() {
    if (firstDeltaAt == 0) {
      firstDeltaAt = nanoTime.getAsLong();
      if (firstTokenNanos < 0) {
        firstTokenNanos = firstDeltaAt - askedAt;
      }
    }
  }

  /** The line: turns, calls, tokens, cost, times. */
  String summary(String end, int turns, Usage usage, Optional<BigDecimal> cost) {
    var parts = new ArrayList<String>();
    parts.add(counted(turns, "turn") + ", " + counted(toolCalls, "tool call"));
    parts.add(tokens(usage));
    parts.add(cost.map(dollars -> "cost $" + dollars.toPlainString()).orElse("cost not known"));
    addTimes(parts);
    return end + ": " + String.join("; ", parts);
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static String tokens(Usage usage) {
    return usage.reported()
        ? "tokens %,d in, %,d out, cache %,d read, %,d written"
            .formatted(
                usage.inputTokens(),
                usage.outputTokens(),
                usage.cacheReadInputTokens(),
                usage.cacheCreationInputTokens())
        : "tokens not reported";
  }

  private void addTimes(List<String> parts) {
    if (firstTokenNanos >= 0) {
      parts.add("first token after %.3f s".formatted(firstTokenNanos / NANOS));
    }
    if (streamingNanos > 0 && streamedTokens > 0) {
      parts.add("%,.0f tokens/s".formatted(streamedTokens * NANOS / streamingNanos));
    }
    parts.add("%.2f s in all".formatted((nanoTime.getAsLong() - startedAt) / NANOS));
  }
}
