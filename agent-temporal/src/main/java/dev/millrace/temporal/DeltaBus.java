package dev.millrace.temporal;

import java.util.function.Consumer;

/**
 * Carries live news from workers to those who watch, at least once. It carries no more than what
 * people look at while it happens: what a run needs is in its history. Implementations are
 * thread-safe.
 */
public interface DeltaBus {
  /** Carries nothing. */
  DeltaBus NONE =
      new DeltaBus() {
        @Override
        public void publish(Delta delta) {
          // Nobody watches.
        }

        @Override
        public Subscription subscribe(String runId, Consumer<Delta> watcher) {
          return () -> {};
        }
      };

  /**
   * Sends news to all who watch its run. Does not wait for them, and does not fail: a run goes on
   * when nobody can see it.
   */
  void publish(Delta delta);

  /**
   * Gives all news of a run from now on.
   *
   * @param watcher called one at a time, on a thread of the bus; must not block
   */
  Subscription subscribe(String runId, Consumer<Delta> watcher);

  /** A watcher that can be taken away. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
