package dev.millrace.agent.faults;

import dev.millrace.agent.Run;
import dev.millrace.agent.cancel.Cancellation;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** How a run is cancelled, always by another thread. */
enum CancelWay {
  SIGNAL,
  INTERRUPT_OF_A_VIRTUAL_THREAD,
  INTERRUPT_OF_A_PLATFORM_THREAD,
  SIGNAL_TO_A_PULLED_RUN,
  CANCEL,
  CANCEL_TWICE_AT_ONCE,
  CLOSE,
  INTERRUPT_OF_THE_PULLER;

  /**
   * A run and all by which it may be cancelled.
   *
   * @param run the handle of one that is pulled, null for one that is called
   * @param thread runs it, or pulls from it
   */
  record Target(Cancellation signal, @Nullable Run run, Thread thread) {
    Run pulled() {
      if (run == null) {
        throw new IllegalStateException("this run has no handle");
      }
      return run;
    }
  }

  void cancel(Target target) {
    switch (this) {
      case SIGNAL, SIGNAL_TO_A_PULLED_RUN -> target.signal.cancel();
      case CANCEL -> target.pulled().cancel();
      case CANCEL_TWICE_AT_ONCE -> cancelTwice(target.pulled());
      case CLOSE -> target.pulled().close();
      case INTERRUPT_OF_A_VIRTUAL_THREAD, INTERRUPT_OF_A_PLATFORM_THREAD, INTERRUPT_OF_THE_PULLER ->
          target.thread.interrupt();
    }
  }

  boolean isPulled() {
    return ordinal() >= SIGNAL_TO_A_PULLED_RUN.ordinal();
  }

  boolean isInterrupt() {
    return name().startsWith("INTERRUPT");
  }

  Thread.Builder threads() {
    return this == INTERRUPT_OF_A_PLATFORM_THREAD ? Thread.ofPlatform() : Thread.ofVirtual();
  }

  private static void cancelTwice(Run run) {
    var both = new CountDownLatch(2);
    var other = Thread.ofPlatform().start(() -> cancel(run, both));
    cancel(run, both);
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void cancel(Run run, CountDownLatch both) {
    both.countDown();
    AwaitPoint.uninterruptibly(both);
    run.cancel();
  }
}
