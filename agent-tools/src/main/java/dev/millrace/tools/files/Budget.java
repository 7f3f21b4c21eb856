package dev.millrace.tools.files;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.tool.ToolFailure;

/** What is left of a call's entries and time. For one call, on one thread. */
final class Budget {
  private final CancelSignal cancel;
  private final long deadline;
  private int entries;
  private boolean isSpent;

  Budget(FileLimits limits, CancelSignal cancel) {
    this.cancel = cancel;
    this.entries = limits.entries();
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  /**
   * Takes one entry; false when there is none left or the time is up.
   *
   * @throws ToolFailure when the call was cancelled
   */
  boolean takeEntry() throws ToolFailure {
    if (entries == 0) {
      isSpent = true;
    } else {
      entries--;
    }
    return hasTime() && !isSpent;
  }

  /**
   * Whether there is time to go on; once there is not, the budget is spent.
   *
   * @throws ToolFailure when the call was cancelled
   */
  boolean hasTime() throws ToolFailure {
    if (cancel.isCancelled() || Thread.currentThread().isInterrupted()) {
      throw Unreadable.cancelled();
    }
    if (System.nanoTime() - deadline >= 0) {
      isSpent = true;
    }
    return !isSpent;
  }

  /** Whether something was left out because the budget had come to its end. */
  boolean isSpent() {
    return isSpent;
  }
}
