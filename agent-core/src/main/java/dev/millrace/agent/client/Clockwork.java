package dev.millrace.agent.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Time and chance as a client knows them; tests put their own in. */
record Clockwork(
    LongSupplier nanoTime, InstantSource wallClock, DoubleSupplier random, Pause pause) {
  static final Clockwork SYSTEM =
      new Clockwork(
          System::nanoTime,
          InstantSource.system(),
          () -> ThreadLocalRandom.current().nextDouble(),
          (stopped, wait) -> stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS));

  /** Waits, but no longer than until {@code stopped} opens. */
  @FunctionalInterface
  interface Pause {
    void await(CountDownLatch stopped, Duration wait) throws InterruptedException;
  }
}
