package dev.millrace.tools.web;

import java.util.concurrent.CountDownLatch;

/** Waits as the system's resolver does, which heeds no interrupt. */
final class Uninterrupted {
  private Uninterrupted() {}

  static void await(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // It is not heeded.
      }
    }
  }
}
