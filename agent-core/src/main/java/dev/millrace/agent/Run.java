package dev.millrace.agent;

import dev.millrace.agent.cancel.Cancellation;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A run that goes on by itself and whose events are pulled. At most 1,024 events wait to be pulled;
 * after that the run waits too.
 *
 * <pre>{@code
 * try (Run run = runner.start(transcript)) {
 *   for (AgentEvent event : run) {
 *     render(event);
 *   }
 *   return run.result();
 * }
 * }</pre>
 *
 * <p>Events are for one reader; {@link #cancel()} and {@link #result()} may be called by any
 * thread.
 */
public final class Run implements Iterable<AgentEvent>, AutoCloseable {
  private static final int CAPACITY = 1_024;

  private final EventQueue events = new EventQueue(CAPACITY);
  private final Cancellation cancellation = new Cancellation();
  private final CompletableFuture<RunResult> result = new CompletableFuture<>();

  /**
   * @param body the run itself, to be given its listener and its options
   */
  Run(BiFunction<RunListener, RunOptions, RunResult> body, RunOptions options) {
    cancellation.onCancel(events::stopWaiting);
    Thread.ofVirtual().name("millrace run").start(() -> run(body, options));
  }

  private void run(BiFunction<RunListener, RunOptions, RunResult> body, RunOptions options) {
    try (var outside = options.cancelSignal().onCancel(cancellation::cancel)) {
      result.complete(body.apply(events::put, options.cancelledBy(cancellation)));
    } catch (Throwable e) {
      result.completeExceptionally(e);
    } finally {
      events.end();
    }
  }

  /**
   * The events, each given once. After a failure the iterator ends like after a result; {@link
   * #result()} throws it.
   */
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

  /** An interrupt of the reader cancels the run; what it still tells is read to its end. */
  private @Nullable AgentEvent take() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return events.take();
        } catch (InterruptedException e) {
          interrupted = true;
          cancel();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Tells the run to end; returns at once. The run then ends CANCELLED. */
  public void cancel() {
    cancellation.cancel();
  }

  /**
   * Waits for the end; events not yet pulled are dropped. An interrupt cancels the run.
   *
   * @throws RunFailedException when the run failed
   */
  public RunResult result() {
    events.drop();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
          cancel();
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cancels the run, if it still goes on, and waits for its end. */
  @Override
  public void close() {
    cancel();
    events.drop();
    result.handle((end, failure) -> "").join();
  }
}
