package dev.millrace.agent;

import dev.millrace.agent.cancel.Cancellation;
import java.time.Duration;

/** Cancels a run when its time is up, wherever it is. */
final class Deadline implements AutoCloseable {
  private final Thread timer;

  private Deadline(Thread timer) {
    this.timer = timer;
  }

  /**
   * Starts waiting.
   *
   * @param at in the time of {@link System#nanoTime()}
   */
  static Deadline start(long at, Cancellation cancellation) {
    return new Deadline(
        Thread.ofVirtual().name("millrace deadline").start(() -> await(at, cancellation)));
  }

  private static void await(long at, Cancellation cancellation) {
    try {
      for (long left = at - System.nanoTime(); left >= 0; left = at - System.nanoTime()) {
        Thread.sleep(Duration.ofNanos(left + 1));
      }
      cancellation.cancel();
    } catch (InterruptedException e) {
      // The run has ended before.
    }
  }

  @Override
  public void close() {
    timer.interrupt();
  }
}
