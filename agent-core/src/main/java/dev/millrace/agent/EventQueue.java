package dev.millrace.agent;

import dev.millrace.agent.AgentEvent.TextDelta;
import dev.millrace.agent.AgentEvent.ThinkingDelta;
import dev.millrace.agent.AgentEvent.ToolInputDelta;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands events from the run's thread to a reader's. While it is full, pieces that follow each other
 * are joined; nothing is dropped, and the run waits when joining does not help.
 */
final class EventQueue {
  private static final int MOST_JOINED = 4_096;

  private final int capacity;
  private final Deque<AgentEvent> events = new ArrayDeque<>();
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
        var joined = joined(events.peekLast(), event);
        if (joined != null) {
          events.removeLast();
          events.addLast(joined);
          return;
        }
        changed.awaitUninterruptibly();
      }
      if (!dropping) {
        events.addLast(event);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Two pieces as one; null when they are not of the same, or too long together. */
  private static @Nullable AgentEvent joined(@Nullable AgentEvent last, AgentEvent next) {
    if (last instanceof TextDelta(var a) && next instanceof TextDelta(var b)) {
      return fits(a, b) ? new TextDelta(a + b) : null;
    }
    if (last instanceof ThinkingDelta(var a) && next instanceof ThinkingDelta(var b)) {
      return fits(a, b) ? new ThinkingDelta(a + b) : null;
    }
    if (last instanceof ToolInputDelta a
        && next instanceof ToolInputDelta b
        && a.toolUseId().equals(b.toolUseId())
        && !a.partialJson().isEmpty()
        && fits(a.partialJson(), b.partialJson())) {
      var piece = a.partialJson() + b.partialJson();
      return new ToolInputDelta(b.toolUseId(), b.toolName(), piece, b.input());
    }
    return null;
  }

  private static boolean fits(String a, String b) {
    return a.length() + b.length() <= MOST_JOINED;
  }

  /** The next event; null after the last. */
  @Nullable AgentEvent take() throws InterruptedException {
    lock.lock();
    try {
      while (events.isEmpty() && !ended && !dropping) {
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
