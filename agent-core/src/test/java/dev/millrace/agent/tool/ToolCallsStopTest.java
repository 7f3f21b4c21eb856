package dev.millrace.agent.tool;

import static dev.millrace.agent.tool.Turn.says;
import static dev.millrace.agent.tool.Turn.stubbornly;
import static dev.millrace.agent.tool.Turn.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timeouts, cancels, interrupts and observers that throw: every call still has one result. */
@Timeout(60)
class ToolCallsStopTest {
  private static final String NOT_STARTED =
      "Not run: the run was cancelled before this call started.";
  private static final String OBEYED =
      "Cancelled while it was running, and it stopped. Whether it had an effect is not known.";
  private static final String GIVEN_UP =
      "Cancelled while it was running. It was told to stop but may still be running; whether it had"
          + " an effect is not known.";
  private static final String TIMED_OUT =
      "Timed out after 0.02s. It was told to stop but may still be running; whether it had an"
          + " effect is not known.";
  private static final ToolTraits QUICK = ToolTraits.DEFAULT.timeout(Duration.ofMillis(20));
  private static final ToolLimits PATIENT = new ToolLimits(10_000, Duration.ofSeconds(50), 100);
  private static final ToolLimits IMPATIENT = new ToolLimits(10_000, Duration.ZERO, 100);

  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Says that it runs, then waits and obeys. */
  private final Turn.Body obedient =
      context -> {
        running.countDown();
        release.await();
        return ToolOutput.text("released");
      };

  /** Says that it runs, then waits and does not obey. */
  private final Turn.Body stubborn =
      context -> {
        running.countDown();
        stubbornly(release);
        return ToolOutput.text("released");
      };

  @Test
  @Tag("G03")
  void givesACallUpAtItsDeadlineAndGoesOn() {
    var turn = Turn.of(tool("hangs", stubborn).with(QUICK), says("b"));
    var outcome = turn.run();
    assertThat(Turn.texts(outcome)).containsExactly(TIMED_OUT, "done b");
    assertThat(outcome.results().get(0).isError()).isTrue();
    assertThat(outcome.fatal()).isNull();
    release.countDown();
  }

  @Test
  void tellsACallToStopAtItsDeadline() throws InterruptedException {
    var signs = Collections.synchronizedList(new ArrayList<String>());
    var stopped = new CountDownLatch(1);
    var turn =
        Turn.of(
            tool(
                    "a",
                    context -> {
                      context.cancelSignal().onCancel(() -> signs.add("signal"));
                      try {
                        release.await();
                      } catch (InterruptedException e) {
                        signs.add("interrupt");
                        stopped.countDown();
                      }
                      return ToolOutput.text("too late to tell");
                    })
                .with(QUICK));
    assertThat(turn.texts()).containsExactly(TIMED_OUT);
    stopped.await();
    assertThat(signs).containsExactly("signal", "interrupt");
  }

  @Test
  void takesADeadlineHoweverFarAway() {
    var traits = ToolTraits.DEFAULT.timeout(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(Turn.of(says("a").with(traits)).texts()).containsExactly("done a");
  }

  @Test
  @Tag("G03")
  void startsNoMoreCallsWhenTooManyAreLost() throws InterruptedException {
    var limits = new ToolLimits(10_000, Duration.ZERO, 1);
    var ended = new CountDownLatch(2);
    Turn.Body lost =
        context -> {
          stubbornly(release);
          ended.countDown();
          return null;
        };
    var box = Toolbox.of(tool("hangs", lost).with(QUICK), says("works"));
    var calls = new ToolCalls(box, ToolPolicy.ALLOW_ALL, limits);
    assertThat(run(calls, "hangs").fatal()).isNull();
    assertThat(run(calls, "works").fatal()).isNull();
    assertThat(run(calls, "hangs").fatal()).isNull();
    var full = run(calls, "works");
    assertThat(Turn.texts(full))
        .containsExactly("Not run: too many earlier calls are still running.");
    assertThat(full.fatal())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("2 tool calls outlived their timeouts and still run");
    release.countDown();
    ended.await();
    // Both have returned, but are counted down only when their threads have left the tool.
    while (run(calls, "works").fatal() != null) {
      Thread.onSpinWait();
    }
  }

  private static ToolCalls.Outcome run(ToolCalls calls, String tool) {
    var prepared = calls.prepare(List.of(Turn.use(tool, "{}")));
    return calls.run(prepared, Map.of(), Turn.of(), CancelSignal.NEVER);
  }

  @Test
  void startsNothingOnceItIsCancelled() {
    var turn = Turn.of(says("a"), says("b").with(ToolTraits.DEFAULT.exclusive()));
    turn.cancellation.cancel();
    assertThat(turn.texts()).containsExactly(NOT_STARTED, NOT_STARTED);
    assertThat(turn.told).containsExactly("finished a", "finished b");
  }

  @Test
  @Tag("G16")
  void saysOfEachCallWhatACancelDidToIt() {
    var turn =
        Turn.of(
            PATIENT,
            says("finished"),
            tool("obeys", obedient),
            says("never").with(ToolTraits.DEFAULT.exclusive()));
    cancelOnce(turn, "finished finished");
    assertThat(turn.texts()).containsExactly("done finished", OBEYED, NOT_STARTED);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void givesACallUpThatDoesNotObeyACancel() {
    var turn = Turn.of(IMPATIENT, tool("hangs", stubborn));
    cancelWhenRunning(turn);
    assertThat(turn.texts()).containsExactly(GIVEN_UP);
    release.countDown();
  }

  @Test
  void keepsTheResultOfACallThatEndsInItsGrace() {
    var turn =
        Turn.of(
            PATIENT,
            tool(
                "a",
                context -> {
                  context.cancelSignal().onCancel(release::countDown);
                  running.countDown();
                  stubbornly(release);
                  return ToolOutput.text("saved what there was");
                }));
    cancelWhenRunning(turn);
    assertThat(turn.texts()).containsExactly("saved what there was");
  }

  @Test
  void tellsTheFailureOfACallThatFailedBeforeTheCancel() {
    var failing = new CompletableFuture<Thread>();
    var turn =
        Turn.of(
            PATIENT,
            tool(
                "fails",
                context -> {
                  failing.complete(Thread.currentThread());
                  throw new IllegalStateException("broken");
                }),
            says("never"));
    turn.listener =
        told -> {
          if (told.equals("started never")) {
            awaitEnd(failing.join());
            turn.cancellation.cancel();
          }
        };
    assertThat(turn.texts()).containsExactly("The tool failed: broken", NOT_STARTED);
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void takesAnInterruptAsACancel() {
    var turn =
        Turn.of(PATIENT, tool("a", obedient), says("b").with(ToolTraits.DEFAULT.exclusive()));
    var runner = Thread.currentThread();
    Thread.ofVirtual()
        .start(() -> {
          stubbornly(running);
          runner.interrupt();
        });
    assertThat(turn.texts()).containsExactly(OBEYED, NOT_STARTED);
    assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
  }

  @Test
  void startsNothingOnAThreadThatWasInterrupted() {
    var turn = Turn.of(tool("a", obedient));
    var prepared = turn.prepare();
    Thread.currentThread().interrupt();
    var outcome = turn.run(prepared);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Turn.texts(outcome)).containsExactly(NOT_STARTED);
  }

  @Test
  void tellsWhenACancelActionThrowsAndHarmsNobodyElse() {
    var both = new CountDownLatch(2);
    Turn.Body waits =
        context -> {
          both.countDown();
          release.await();
          return null;
        };
    var turn =
        Turn.of(
            PATIENT,
            tool(
                "a",
                context -> {
                  context
                      .cancelSignal()
                      .onCancel(() -> {
                        throw new IllegalStateException("cannot stop");
                      });
                  return waits.call(context);
                }),
            tool("b", waits));
    cancelAfter(both, turn);
    var outcome = turn.run();
    assertThat(outcome.fatal()).isNull();
    assertThat(Turn.texts(outcome))
        .containsExactly(OBEYED + " Telling it to stop failed: cannot stop", OBEYED);
  }

  @Test
  void tellsWhenStoppingAtTheDeadlineFailed() {
    var turn =
        Turn.of(
            tool(
                    "a",
                    context -> {
                      context
                          .cancelSignal()
                          .onCancel(() -> {
                            throw new IllegalStateException("cannot stop");
                          });
                      stubbornly(release);
                      return null;
                    })
                .with(QUICK));
    var outcome = turn.run();
    release.countDown();
    assertThat(Turn.texts(outcome))
        .containsExactly(TIMED_OUT + " Telling it to stop failed: cannot stop");
    assertThat(outcome.fatal()).isNull();
  }

  @Test
  void stopsTheRestWhenTheObserverThrows() {
    var turn =
        Turn.of(
            PATIENT,
            says("a"),
            tool("b", obedient),
            says("c").with(ToolTraits.DEFAULT.exclusive()));
    turn.listener = event -> throwOn(event, "finished a");
    var outcome = turn.run();
    assertThat(outcome.fatal()).hasMessage("no more after finished a");
    assertThat(Turn.texts(outcome)).containsExactly("done a", OBEYED, NOT_STARTED);
    assertThat(turn.told).contains("finished b", "finished c");
  }

  @Test
  void doesNotStartACallWhoseStartTheObserverRefuses() {
    var turn = Turn.of(tool("a", obedient), says("b"));
    turn.listener = event -> throwOn(event, "started a");
    var outcome = turn.run();
    assertThat(outcome.fatal()).hasMessage("no more after started a");
    assertThat(Turn.texts(outcome)).containsExactly(NOT_STARTED, NOT_STARTED);
    assertThat(running.getCount()).isEqualTo(1);
  }

  @Test
  void keepsAllThatAnObserverThrows() {
    var turn = Turn.of(says("a"), says("b"));
    turn.listener =
        event -> {
          throw new IllegalStateException(event);
        };
    var outcome = turn.run();
    assertThat(outcome.fatal())
        .hasMessage("started a")
        .hasSuppressedException(new IllegalStateException("finished a"))
        .hasSuppressedException(new IllegalStateException("finished b"));
  }

  private static void throwOn(String event, String which) {
    if (event.equals(which)) {
      throw new IllegalStateException("no more after " + which);
    }
  }

  private void cancelWhenRunning(Turn turn) {
    cancelAfter(running, turn);
  }

  private static void cancelAfter(CountDownLatch latch, Turn turn) {
    Thread.ofVirtual()
        .start(() -> {
          stubbornly(latch);
          turn.cancellation.cancel();
        });
  }

  /** Cancels when something was told and the waiting call runs. */
  private void cancelOnce(Turn turn, String event) {
    turn.listener =
        told -> {
          if (told.equals(event)) {
            stubbornly(running);
            turn.cancellation.cancel();
          }
        };
  }
}
