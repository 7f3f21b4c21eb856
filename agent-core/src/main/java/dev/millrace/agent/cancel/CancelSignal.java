package dev.millrace.agent.cancel;

/** The reading side of a {@link Cancellation}: tells work that it should stop. Thread-safe. */
public interface CancelSignal {
  /** A signal that never comes. */
  CancelSignal NEVER = new Never();

  /** Whether the work should stop. */
  boolean isCancelled();

  /**
   * Has {@code action} run once when the signal comes, on the thread that cancels; at once, on this
   * thread, when it has come already. Actions must be quick and must not throw.
   *
   * @return closing it takes the action back
   */
  Registration onCancel(Runnable action);

  /** An action waiting for the signal. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
