package dev.millrace.agent;

import dev.millrace.agent.cancel.Cancellation;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;

/**
 * A run that goes on by itself and whose events are pulled, see {@link RunEvents}.
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
 * <p>Events are for one reader; others {@link #subscribe()}. {@link #cancel()} and {@link
 * #result()} may be called by any thread.
 */
public final class Run implements Iterable<AgentEvent>, AutoCloseable {
  private final Cancellation cancellation = new Cancellation();
  private final RunEvents events = new RunEvents(cancellation::cancel);
  private final CopyOnWriteArrayList<RunEvents> readers = new CopyOnWriteArrayList<>();
  private final CompletableFuture<RunResult> result = new CompletableFuture<>();

  /**
   * @param body the run itself, to be given its listener and its options
   */
  Run(BiFunction<RunListener, RunOptions, RunResult> body, RunOptions options) {
    readers.add(events);
    cancellation.onCancel(() -> readers.forEach(reader -> reader.queue().stopWaiting()));
    var logContext = LogContext.ofThisThread();
    Thread.ofVirtual()
        .name("millrace run")
        .start(() -> {
          logContext.set();
          run(body, options);
        });
  }

  private void run(BiFunction<RunListener, RunOptions, RunResult> body, RunOptions options) {
    try (var outside = options.cancelSignal().onCancel(cancellation::cancel)) {
      result.complete(body.apply(this::tell, options.cancelledBy(cancellation)));
    } catch (Throwable e) {
      result.completeExceptionally(e);
    } finally {
      readers.forEach(reader -> reader.queue().end());
    }
  }

  private void tell(AgentEvent event) {
    readers.forEach(reader -> reader.queue().put(event));
  }

  /**
   * The events, each given once. After a failure the iterator ends like after a result; {@link
   * #result()} throws it. An interrupt of the reader cancels the run; what it still tells is given
   * to the end.
   */
  @Override
  public Iterator<AgentEvent> iterator() {
    return events.iterator();
  }

  /**
   * All events from now on, for another reader. The run waits for the slowest; who does not read
   * any more must close what is given here. An interrupt of the reader closes it.
   */
  public RunEvents subscribe() {
    var reader = new RunEvents();
    readers.add(reader);
    if (cancellation.isCancelled()) {
      reader.queue().stopWaiting();
    }
    if (result.isDone()) {
      reader.queue().end();
    }
    return reader;
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
    events.close();
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
    events.close();
    result.handle((end, failure) -> "").join();
  }
}
