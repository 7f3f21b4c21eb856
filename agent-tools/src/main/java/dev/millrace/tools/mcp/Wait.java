package dev.millrace.tools.mcp;

import dev.millrace.agent.cancel.CancelSignal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long and for whom requests wait, from when it is made.
 *
 * @param timeout for all of them together
 * @param startedAt by the system's nanosecond clock
 * @param progress told what the server says in between, which it is asked to; quick
 */
record Wait(
    Duration timeout, long startedAt, CancelSignal cancel, Optional<Consumer<String>> progress) {

  /** For nobody who would cancel it or look at its progress. */
  static Wait of(Duration timeout) {
    return new Wait(timeout, System.nanoTime(), CancelSignal.NEVER, Optional.empty());
  }

  /** For a call. */
  static Wait of(Duration timeout, CancelSignal cancel, Consumer<String> progress) {
    return new Wait(timeout, System.nanoTime(), cancel, Optional.of(progress));
  }

  /** What is left; 0 or negative when the time is up. */
  long nanosLeft() {
    return TimeUnit.NANOSECONDS.convert(timeout) - (System.nanoTime() - startedAt);
  }

  /** The time that there was, in words. */
  String inWords() {
    return Shown.number(Math.max(1, timeout.toSeconds())) + " s";
  }
}
