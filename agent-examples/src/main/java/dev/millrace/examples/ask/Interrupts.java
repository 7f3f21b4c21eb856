package dev.millrace.examples.ask;

/** Tells of Ctrl-C and of signals that mean the same. */
@FunctionalInterface
public interface Interrupts {
  /**
   * Has {@code stop} run when an interrupt comes. The process lives on until the guard is closed,
   * but no longer than some seconds.
   */
  Guard guard(Runnable stop);

  /** Work that an interrupt waits for. */
  @FunctionalInterface
  interface Guard extends AutoCloseable {
    @Override
    void close();
  }
}
