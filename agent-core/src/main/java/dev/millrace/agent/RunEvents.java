package dev.millrace.agent;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run as one reader pulls them, each given once. At most 1,024 wait for it; then
 * pieces of the same text, thinking or input are joined, up to 4,096 characters, and when that does
 * not help either the run waits. For one thread; {@link #close()} may be called by any.
 */
public final class RunEvents implements Iterable<AgentEvent>, AutoCloseable {
  private static final int CAPACITY = 1_024;

  private final EventQueue events = new EventQueue(CAPACITY);
  private final Runnable onInterrupt;

  /** For a reader that an interrupt sends away. */
  RunEvents() {
    this.onInterrupt = events::drop;
  }

  /**
   * @param onInterrupt done when the reader is interrupted while it waits
   */
  RunEvents(Runnable onInterrupt) {
    this.onInterrupt = onInterrupt;
  }

  EventQueue queue() {
    return events;
  }

  /** Ends after the last event, also after a failure. */
  @Override
  public Iterator<AgentEvent> iterator() {
    return new Iterator<>() {
      private @Nullable AgentEvent next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = take();
        }
        return next != null;
      }

      @Override
      public AgentEvent next() {
        if (!hasNext() || next == null) {
          throw new NoSuchElementException("the run has ended");
        }
        var event = next;
        next = null;
        return event;
      }
    };
  }

  private @Nullable AgentEvent take() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return events.take();
        } catch (InterruptedException e) {
          interrupted = true;
          onInterrupt.run();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** No event is wanted any more; those that wait are dropped, and the run goes on without. */
  @Override
  public void close() {
    events.drop();
  }
}
