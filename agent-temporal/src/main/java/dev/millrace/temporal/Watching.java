package dev.millrace.temporal;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunResult;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/** Tells a listener, on the thread that waits for a run's result, what happens until then. */
final class Watching implements AutoCloseable {
  /** More waits for nobody: what a listener that slow has missed is in the message's end. */
  private static final int MOST_WAITING = 100_000;

  private final BlockingQueue<Optional<Delta>> news = new LinkedBlockingQueue<>(MOST_WAITING);
  private final DeltaBus.Subscription subscription;

  Watching(DeltaBus bus, String runId) {
    this.subscription = bus.subscribe(runId, delta -> news.offer(Optional.of(delta)));
  }

  /**
   * Waits for the run's end.
   *
   * @throws InterruptedException when this thread was interrupted; the run goes on
   */
  RunResult until(AgentRun run, RunListener listener) throws InterruptedException {
    var events = new LiveEvents(listener);
    var result = new FutureTask<>(run::result);
    var waiter =
        Thread.ofVirtual().name("millrace waits for " + run.id()).start(() -> wait(result));
    try {
      for (var next = news.take(); next.isPresent(); next = news.take()) {
        events.take(next.get());
      }
      for (var late = news.poll(); late != null; late = news.poll()) {
        late.ifPresent(events::take);
      }
      var ended = result.get();
      listener.on(new AgentEvent.RunFinished(ended));
      return ended;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      waiter.interrupt();
    }
  }

  private void wait(FutureTask<RunResult> result) {
    result.run();
    try {
      news.put(Optional.empty());
    } catch (InterruptedException e) {
      // Nobody waits any more.
    }
  }

  @Override
  public void close() {
    subscription.close();
  }
}
