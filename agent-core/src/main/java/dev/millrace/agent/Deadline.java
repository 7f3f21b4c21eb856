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
  /** Whether the time is up. */
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();

  private Deadline() {}

  /**
   * Starts waiting.
   *
   * @param at in the time of {@link System#nanoTime()}
   */
  @SuppressWarnings("FutureReturnValueIgnored") // closed by the other one, whose end is its own
  static Deadline start(long at, Cancellation cancellation) {
    var deadline = new Deadline();
    deadline.timer.thenAccept(isUp -> expire(isUp, cancellation));
    deadline.timer.completeOnTimeout(true, at - System.nanoTime() + 1, TimeUnit.NANOSECONDS);
    return deadline;
  }

  private static void expire(boolean isUp, Cancellation cancellation) {
    if (isUp) {
      Thread.ofPlatform().daemon().name("millrace deadline").start(cancellation::cancel);
    }
  }

  @Override
  public void close() {
    timer.complete(false);
  }
}
