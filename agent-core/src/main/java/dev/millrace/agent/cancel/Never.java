package dev.millrace.agent.cancel;

/** Keeps nothing, because nothing will ever come. */
final class Never implements CancelSignal {
  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public Registration onCancel(Runnable action) {
    return () -> {};
  }
}
