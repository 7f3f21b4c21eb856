package dev.millrace.testkit.leaks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;

/** A run of tests; closed after the last, it throws if anything is left. */
final class WatchedRun implements AutoCloseable {
  private static final long LOOK_AGAIN = Duration.ofMillis(100).toNanos();

  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final Set<String> classes = new ConcurrentSkipListSet<>();
  private final Uncaught uncaught = new Uncaught(running);
  private final List<Kind> kinds;
  private final Duration settle;

  private WatchedRun(List<Kind> kinds, Duration settle) {
    this.kinds = kinds;
    this.settle = settle;
  }

  static WatchedRun start(List<Kind> kinds, Duration settle) {
    var run = new WatchedRun(kinds, settle);
    run.uncaught.install();
    return run;
  }

  void begins(String testClass) {
    running.add(testClass);
    classes.add(testClass);
  }

  void ends(String testClass) {
    running.remove(testClass);
  }

  @Override
  public void close() {
    var left = new ArrayList<>(leftWhenSettled());
    left.addAll(uncaught.left());
    uncaught.close();
    if (!left.isEmpty()) {
      throw new AssertionError(
          "The tests left behind, %s after the last of them:\n%s\nTest classes that ran: %s"
              .formatted(settle, String.join("\n", left), String.join(", ", classes)));
    }
  }

  private List<String> leftWhenSettled() {
    long deadline = System.nanoTime() + settle.toNanos();
    var left = left();
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN);
      left = left();
    }
    return left;
  }

  private List<String> left() {
    return kinds.stream().flatMap(kind -> kind.left().stream()).toList();
  }
}
