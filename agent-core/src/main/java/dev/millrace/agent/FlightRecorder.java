package dev.millrace.agent;

import dev.millrace.agent.message.Usage;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * Leaves an event in the JDK's flight recorder for each turn and each call.
 *
 * <p>The classes of the events are not touched before somebody records: to register them takes the
 * JDK a sixth of the CPU time of a process's first run.
 */
final class FlightRecorder implements RunObserver {
  static final RunObserver INSTANCE = new FlightRecorder();

  private FlightRecorder() {}

  private static boolean isUsed() {
    return jdk.jfr.FlightRecorder.isInitialized();
  }

  @Override
  public Observation begins(String model, String sessionId) {
    return new Recording(model, sessionId);
  }

  private static final class Recording implements Observation {
    private final String model;
    private final String sessionId;
    private final Map<String, ToolCall> calls = new HashMap<>();
    private @Nullable Turn turn;

    Recording(String model, String sessionId) {
      this.model = model;
      this.sessionId = sessionId;
    }

    @Override
    public void on(AgentEvent event) {
      switch (event) {
        case AgentEvent.TurnStarted(int number) when isUsed() -> begin(number);
        case AgentEvent.TextDelta delta -> saw();
        case AgentEvent.ThinkingDelta delta -> saw();
        case AgentEvent.ToolInputDelta delta -> saw();
        case AgentEvent.TurnRetried retried -> {
          if (turn != null) {
            turn.retries++;
          }
        }
        case AgentEvent.MessageCompleted(int number, var message) ->
            end(message.stopReason().value(), message.usage());
        case AgentEvent.ToolStarted(var use) when isUsed() -> {
          var call = new ToolCall();
          call.tool = use.name();
          call.toolUseId = use.id();
          call.sessionId = sessionId;
          call.begin();
          calls.put(use.id(), call);
        }
        case AgentEvent.ToolFinished(var use, var result, var took) -> {
          var call = calls.remove(use.id());
          if (call != null) {
            call.isError = result.isError();
            call.took = took.toNanos();
            call.commit();
          }
        }
        default -> {}
      }
    }

    private void begin(int number) {
      var begun = new Turn();
      begun.model = model;
      begun.sessionId = sessionId;
      begun.number = number;
      begun.startedAt = System.nanoTime();
      begun.begin();
      turn = begun;
    }

    private void saw() {
      if (turn != null && turn.firstToken == 0) {
        turn.firstToken = System.nanoTime() - turn.startedAt;
      }
    }

    private void end(String stopReason, Usage usage) {
      if (turn != null) {
        turn.stopReason = stopReason;
        turn.inputTokens = usage.promptTokens();
        turn.outputTokens = usage.outputTokens();
        turn.cacheReadTokens = usage.cacheReadInputTokens();
        turn.commit();
        turn = null;
      }
    }

    /** A turn that is still open has failed, or was cancelled. */
    @Override
    public void ended(@Nullable Throwable failure) {
      end(failure == null ? "" : failure.getClass().getSimpleName(), Usage.NONE);
    }
  }

  @Name("dev.millrace.Turn")
  @Label("Turn")
  @Category("Millrace")
  @StackTrace(false)
  static final class Turn extends Event {
    @Label("Model")
    String model = "";

    @Label("Session")
    String sessionId = "";

    @Label("Turn")
    int number;

    @Label("Time to first token")
    @Timespan(Timespan.NANOSECONDS)
    long firstToken;

    @Label("Retries")
    int retries;

    @Label("Stop reason, or the failure")
    String stopReason = "";

    @Label("Input tokens")
    long inputTokens;

    @Label("Output tokens")
    long outputTokens;

    @Label("Tokens read from the cache")
    long cacheReadTokens;

    transient long startedAt;
  }

  @Name("dev.millrace.ToolCall")
  @Label("Tool Call")
  @Category("Millrace")
  @StackTrace(false)
  static final class ToolCall extends Event {
    @Label("Tool")
    String tool = "";

    @Label("Tool use")
    String toolUseId = "";

    @Label("Session")
    String sessionId = "";

    @Label("Is error")
    boolean isError;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }
}
