package dev.millrace.agent.cancel;

import java.util.ArrayList;
import java.util.List;

/** A switch that can be thrown once, by any thread. */
public final class Cancellation implements CancelSignal {
  private final Object lock = new Object();
  private final List<Registered> actions = new ArrayList<>();
  private volatile boolean cancelled;

  /**
   * Tells all work to stop. Calling it again does nothing.
   *
   * @throws RuntimeException the first that an action threw, after all actions have run
   */
  public void cancel() {
    List<Registered> due;
    synchronized (lock) {
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    RuntimeException failure = null;
    for (var registered : due) {
      try {
        registered.action.run();
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
        var registered = new Registered(action);
        actions.add(registered);
        return () -> remove(registered);
      }
    }
    action.run();
    return () -> {};
  }

  private void remove(Registered registered) {
    synchronized (lock) {
      actions.remove(registered);
    }
  }

  /** One registration, equal to itself alone: the same action may be registered twice. */
  private static final class Registered {
    private final Runnable action;

    Registered(Runnable action) {
      this.action = action;
    }
  }
}
