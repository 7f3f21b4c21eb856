package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a client: a daemon thread that looks at all its {@link Watch}es about twenty
 * times a second while there are any. It stands in for time limits on sockets, which would wake a
 * thread for every read, and it sees interrupts that no blocking read on a platform thread sees.
 */
final class Watchdog implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** So that turns with short pauses between them do not start a thread each. */
  private static final int IDLE_TICKS = 20;

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private final LongSupplier nanoTime;
  private final String name;
  private @Nullable Thread thread;
  private volatile boolean closed;

  Watchdog(LongSupplier nanoTime, String name) {
    this.nanoTime = nanoTime;
    this.name = name;
  }

  /**
   * Watches the calling thread's work until the watch is closed.
   *
   * @param turnBegan when the whole call began
   */
  Watch watch(Timeouts timeouts, long turnBegan, CancelSignal cancel) {
    var watch = new Watch(this, timeouts, turnBegan, cancel);
    synchronized (lock) {
      if (closed) {
        watch.close();
        throw new CancellationException("the client is closed");
      }
      watches.add(watch);
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
      }
    }
    return watch;
  }

  void forget(Watch watch) {
    watches.remove(watch);
  }

  private void run() {
    for (int idle = 0; !closed; idle = watches.isEmpty() ? idle + 1 : 0) {
      LockSupport.parkNanos(TICK_NANOS);
      check();
      if (idle >= IDLE_TICKS && retire()) {
        return;
      }
    }
  }

  private boolean retire() {
    synchronized (lock) {
      if (watches.isEmpty()) {
        thread = null;
        return true;
      }
      return false;
    }
  }

  private void check() {
    long now = nanoTime.getAsLong();
    for (var watch : watches) {
      watch.check(now);
    }
  }

  /** Stops all that is being watched, and the thread. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      LockSupport.unpark(thread);
    }
    for (var watch : watches) {
      watch.stop(new Watch.Stop.Closed());
    }
  }
}
