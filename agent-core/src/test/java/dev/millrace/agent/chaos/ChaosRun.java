package dev.millrace.agent.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.ToolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One run with its random end: how it is driven, who stops it and when, and what must hold. */
final class ChaosRun {
  private static final String GONE = "the screen is gone";

  /** Who ends the run, unless it ends by itself before. */
  private enum Stopper {
    NOBODY,
    A_SIGNAL,
    AN_INTERRUPT,
    A_LISTENER,
    A_HANDLE_CANCELLED,
    A_HANDLE_CLOSED,
    A_HANDLE_LEFT_UNREAD
  }

  /** The one end that a run has. */
  private record End(@Nullable RunResult result, @Nullable RunFailedException failure) {
    /** The outcome, or the type of what made the run fail. */
    String kind() {
      return result == null
          ? failure().getCause().getClass().getSimpleName()
          : result.outcome().name();
    }

    Transcript transcript() {
      return result == null ? failure().transcript() : result.transcript();
    }
  }

  private final int number;
  private final ChaosTools tools = new ChaosTools();
  private final AgentRunner runner;
  private final Stopper stopper;
  private final int atEvent;
  private final long afterMicros;
  private final List<AgentEvent> events = new ArrayList<>();

  ChaosRun(int number, long seed, MessagesClient client) {
    var random = new SplittableRandom(~seed); // not what the model draws
    this.number = number;
    this.stopper = random.nextBoolean() ? Stopper.NOBODY : any(Stopper.values(), random);
    this.atEvent = 1 + random.nextInt(60);
    this.afterMicros = random.nextInt(120_000);
    this.runner =
        AgentRunner.builder(client, "claude-opus-5-5")
            .tools(tools.all())
            .limits(Limits.DEFAULT.turns(8).toolCalls(20))
            .toolLimits(new ToolLimits(2_000, Duration.ofMillis(30), 1_000))
            .build();
  }

  ChaosTools tools() {
    return tools;
  }

  /** Runs to the end and checks it; tells how it ended, and leaves no interrupt behind. */
  String check(Judge judge) {
    var end = run();
    boolean wasInterrupted = Thread.interrupted();
    var transcript = end.transcript();
    judge.accepts(transcript);
    assertEventsEnd(end);
    assertRanAtMostOnce(transcript);
    if (wasInterrupted) {
      assertThat(stopper).isEqualTo(Stopper.AN_INTERRUPT);
    }
    if (end.result() != null && end.result().outcome() == RunOutcome.CANCELLED) {
      assertThat(stopper).isNotIn(Stopper.NOBODY, Stopper.A_LISTENER);
      assertThat(wasInterrupted).isEqualTo(stopper == Stopper.AN_INTERRUPT);
    }
    return end.kind();
  }

  private End run() {
    try {
      return new End(
          switch (stopper) {
            case A_HANDLE_CANCELLED, A_HANDLE_CLOSED, A_HANDLE_LEFT_UNREAD -> pull();
            default -> listen();
          },
          null);
    } catch (RunFailedException e) {
      return new End(null, e);
    }
  }

  private RunResult listen() {
    var cancellation = new Cancellation();
    var running = Thread.currentThread();
    var other =
        switch (stopper) {
          case A_SIGNAL -> later(cancellation::cancel);
          case AN_INTERRUPT -> later(running::interrupt);
          default -> null;
        };
    try {
      return runner.run(prompt(), this::seen, RunOptions.DEFAULT.cancelledBy(cancellation));
    } finally {
      join(other);
    }
  }

  private void seen(AgentEvent event) {
    events.add(event);
    if (stopper == Stopper.A_LISTENER && events.size() == atEvent) {
      throw new IllegalStateException(GONE);
    }
  }

  private RunResult pull() {
    var run = runner.start(prompt());
    var other = stopper == Stopper.A_HANDLE_CANCELLED ? later(run::cancel) : null;
    try (run) {
      for (var event : run) {
        events.add(event);
        if (stopper != Stopper.A_HANDLE_CANCELLED && events.size() == atEvent) {
          break;
        }
      }
      if (stopper == Stopper.A_HANDLE_CLOSED) {
        run.close();
      }
      return run.result();
    } finally {
      join(other);
    }
  }

  private Transcript prompt() {
    return Transcript.of("chaos " + number);
  }

  /** Does it on another thread, at a time of its own. */
  private Thread later(Runnable action) {
    return Thread.ofVirtual()
        .start(() -> {
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(afterMicros));
          action.run();
        });
  }

  /** Waits for the other thread, so that its interrupt cannot reach what comes after the run. */
  private static void join(@Nullable Thread other) {
    boolean interrupted = false;
    while (other != null && other.isAlive()) {
      try {
        other.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** RunFinished comes last and once, with the very result; after a failure it does not come. */
  private void assertEventsEnd(End end) {
    var finished = events.stream().filter(AgentEvent.RunFinished.class::isInstance).toList();
    boolean sawAll =
        switch (stopper) {
          case A_HANDLE_CLOSED, A_HANDLE_LEFT_UNREAD -> events.size() < atEvent;
          default -> true;
        };
    boolean threwAtTheEnd = end.failure() != null && GONE.equals(rootMessage(end.failure()));
    if (end.result() != null && sawAll) {
      assertThat(events.getLast()).isEqualTo(new AgentEvent.RunFinished(end.result()));
    } else if (!threwAtTheEnd && end.failure() != null) {
      assertThat(finished).isEmpty();
    }
    assertThat(finished).hasSizeLessThanOrEqualTo(1);
    if (!finished.isEmpty()) {
      assertThat(events.getLast()).isSameAs(finished.getFirst());
    }
  }

  private static String rootMessage(Throwable thrown) {
    var root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** Nothing ran twice, and nothing ran that is not in the transcript as a call. */
  private void assertRanAtMostOnce(Transcript transcript) {
    Set<String> called = new HashSet<>();
    transcript.messages().stream()
        .flatMap(message -> message.toolUses().stream())
        .map(ToolUse::id)
        .forEach(id -> assertThat(called.add(id)).as("id %s is unique", id).isTrue());
    tools.calls().forEach((id, count) -> assertThat(count).as("calls of %s", id).hasValue(1));
    assertThat(called).containsAll(tools.calls().keySet());
  }

  private static <T> T any(T[] values, SplittableRandom random) {
    return values[random.nextInt(values.length)];
  }
}
