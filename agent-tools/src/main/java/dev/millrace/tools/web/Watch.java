package dev.millrace.tools.web;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.tool.ToolFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The time of one call. When it is up, or the call is cancelled, what the call waits for is aborted
 * from outside: no limit on single reads ends a server that sends a byte now and then.
 */
final class Watch implements AutoCloseable {
  private enum Stop {
    CANCELLED,
    EXPIRED
  }

  private final Duration time;
  private final long deadline;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
  private final AtomicReference<@Nullable Runnable> abort = new AtomicReference<>();
  private final CancelSignal.Registration registration;

  Watch(Duration time, CancelSignal cancel) {
    this.time = time;
    this.deadline = System.nanoTime() + time.toNanos();
    this.registration = cancel.onCancel(() -> stop(Stop.CANCELLED));
    Thread.ofVirtual().name("millrace-fetch-watch").start(this::expire);
  }

  private void expire() {
    try {
      if (!closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        stop(Stop.EXPIRED);
      }
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt it; were it so, the call must not go on unwatched.
      stop(Stop.EXPIRED);
    }
  }

  private void stop(Stop why) {
    if (stop.compareAndSet(null, why)) {
      var due = abort.getAndSet(null);
      if (due != null) {
        due.run();
      }
    }
  }

  /** Says how to abort what is waited for next; done at once when the call was stopped already. */
  void guard(Runnable abort) {
    this.abort.set(abort);
    if (stop.get() != null) {
      abort.run();
    }
  }

  /** What is left of the time, at least a millisecond. */
  int leftMillis() {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    return Math.clamp(left, 1, Integer.MAX_VALUE);
  }

  /** Whether the call must end. */
  boolean isStopped() {
    return stop.get() != null || Thread.currentThread().isInterrupted();
  }

  /** Goes on only when the call need not end. */
  void check() throws ToolFailure {
    if (isStopped()) {
      throw stopped();
    }
  }

  /** Why the call ended, when it must. */
  ToolFailure stopped() {
    return stop.get() == Stop.EXPIRED
        ? new ToolFailure(
            "Given up: the page was not there within %.1f seconds. The server is slow, or it sends without end."
                .formatted(time.toMillis() / 1000.0))
        : new ToolFailure("Cancelled before it was done.");
  }

  @Override
  public void close() {
    registration.close();
    abort.set(null);
    closed.countDown();
  }
}
