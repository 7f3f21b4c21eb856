package dev.millrace.agent;

import dev.millrace.agent.cancel.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Cancels a run when its time is up, wherever it is. It waits in the one timer of the JDK, so that
 * a run costs no thread for it, and it cancels on a platform thread, which starts even when tools
 * hold all carriers of virtual threads.
 */
final class Deadline implements AutoCloseable {
  private final CompletableFuture<Void> timer = new CompletableFuture<>();

  private Deadline() {}

  /**
   * Starts waiting.
   *
   * @param at in the time of {@link System#nanoTime()}
   */
  static Deadline start(long at, Cancellation cancellation) {
    var deadline = new Deadline();
    deadline.timer.thenRun(() -> cancel(cancellation));
    deadline.timer.completeOnTimeout(null, at - System.nanoTime() + 1, TimeUnit.NANOSECONDS);
    return deadline;
  }

  private static void cancel(Cancellation cancellation) {
    Thread.ofPlatform().daemon().name("millrace deadline").start(cancellation::cancel);
  }

  @Override
  public void close() {
    timer.cancel(false);
  }
}
