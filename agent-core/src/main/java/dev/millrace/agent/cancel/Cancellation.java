package dev.millrace.agent.cancel;

import java.util.ArrayList;
import java.util.List;

/** A switch that can be thrown once, by any thread. */
public final class Cancellation implements CancelSignal {
  private final Object lock = new Object();
  private final List<Runnable> actions = new ArrayList<>();
  private volatile boolean cancelled;

  /**
   * Tells all work to stop. Calling it again does nothing.
   *
   * @throws RuntimeException the first that an action threw, after all actions have run
   */
  public void cancel() {
    List<Runnable> due;
    synchronized (lock) {
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    RuntimeException failure = null;
    for (var action : due) {
      try {
        action.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public Registration onCancel(Runnable action) {
    synchronized (lock) {
      if (!cancelled) {
        actions.add(action);
        return () -> remove(action);
      }
    }
    action.run();
    return () -> {};
  }

  /** One registration of it: an action may be registered several times. */
  private void remove(Runnable action) {
    synchronized (lock) {
      actions.remove(action);
    }
  }
}
