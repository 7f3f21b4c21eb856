package dev.millrace.tools.files;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A race between a thread that swaps files for links and tries to use them. */
final class Swaps {
  private int passed;
  private int refused;

  /** What is tried again and again while the swaps go on. */
  @FunctionalInterface
  interface Tries {
    void once(Swaps race) throws Exception;
  }

  /**
   * Goes on until there were so many swaps, and a try that passed and one that was refused: a swap
   * that no try meets, or that lets none through, would show nothing.
   */
  static void race(int least, Callable<?> swap, Tries tries) throws Exception {
    var race = new Swaps();
    var goesOn = new AtomicBoolean(true);
    var isMet = new AtomicBoolean();
    int swaps;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var swapper =
          threads.submit(() -> {
            try {
              int count = 0;
              for (; count < least || !isMet.get(); count++) {
                swap.call();
                // Renames without a pause would keep everybody else out of the directory.
                LockSupport.parkNanos(1_000);
              }
              return count;
            } finally {
              goesOn.set(false);
            }
          });
      try {
        while (goesOn.get()) {
          tries.once(race);
          isMet.set(race.passed > 0 && race.refused > 0);
        }
      } finally {
        isMet.set(true);
      }
      swaps = swapper.get();
    }
    System.out.printf(
        "%,d swaps, %,d passed, %,d refused, 0 escaped%n", swaps, race.passed, race.refused);
  }

  void count(boolean hasPassed) {
    passed += hasPassed ? 1 : 0;
    refused += hasPassed ? 0 : 1;
  }
}
