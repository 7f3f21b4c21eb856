package dev.millrace.agent;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Hands events from the run's thread to a reader's; the run waits while it is full. */
final class EventQueue {
  private final int capacity;
  private final Queue<AgentEvent> events = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean ended;
  private boolean dropping;
  private boolean waiting = true;

  EventQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Waits for room; once the run is cancelled or nobody reads it waits no more. */
  void put(AgentEvent event) {
    lock.lock();
    try {
      while (events.size() >= capacity && waiting && !dropping) {
        changed.awaitUninterruptibly();
      }
      if (!dropping) {
        events.add(event);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next event; null after the last. */
  @Nullable AgentEvent take() throws InterruptedException {
    lock.lock();
    try {
      while (events.isEmpty() && !ended) {
        changed.await();
      }
      changed.signalAll();
      return events.poll();
    } finally {
      lock.unlock();
    }
  }

  /** No event will come any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody will read any more. */
  void drop() {
    lock.lock();
    try {
      dropping = true;
      events.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The run is to end soon: the few events that are left are kept beyond the capacity. */
  void stopWaiting() {
    lock.lock();
    try {
      waiting = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
