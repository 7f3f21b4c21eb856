package dev.millrace.temporal;

import dev.millrace.agent.cancel.Cancellation;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells the engine that steps live, from one daemon thread of the platform's: tools that hold all
 * carriers of virtual threads do not silence it. There is no thread while there is no step.
 */
final class Heartbeats {
  private final Duration timeout;
  private final Set<Beat> beats = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread;

  /**
   * @param timeout after which a silent step is given up; it is told a third of that
   */
  Heartbeats(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Begins to tell of a step.
   *
   * @param cancellation is cancelled when the engine says that the step is to end
   */
  Beat start(ActivityExecutionContext context, Cancellation cancellation) {
    var beat = new Beat(context, cancellation);
    synchronized (this) {
      beats.add(beat);
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("millrace heartbeats").start(this::run);
      }
    }
    return beat;
  }

  private void run() {
    do {
      LockSupport.parkNanos(timeout.toNanos() / 3);
      beats.forEach(Beat::tell);
    } while (!retires());
  }

  /** Lets the thread end when nothing is left to tell. */
  private synchronized void wake() {
    LockSupport.unpark(thread);
  }

  private synchronized boolean retires() {
    if (beats.isEmpty()) {
      thread = null;
    }
    return thread == null;
  }

  /** One step's. */
  final class Beat implements AutoCloseable {
    private final ActivityExecutionContext context;
    private final Cancellation cancellation;
    private volatile long toldAt = System.nanoTime();
    private volatile boolean stoodStill;

    private Beat(ActivityExecutionContext context, Cancellation cancellation) {
      this.context = context;
      this.cancellation = cancellation;
    }

    private void tell() {
      stoodStill |= isSilent();
      try {
        context.heartbeat(null);
        toldAt = System.nanoTime();
      } catch (ActivityCompletionException e) {
        beats.remove(this);
        cancellation.cancel();
      }
    }

    /** Whether this process stood still for so long that the engine may have given the step up. */
    boolean stoodStill() {
      return stoodStill || isSilent();
    }

    private boolean isSilent() {
      return System.nanoTime() - toldAt >= timeout.toNanos();
    }

    @Override
    public void close() {
      beats.remove(this);
      if (beats.isEmpty()) {
        wake();
      }
    }
  }
}
