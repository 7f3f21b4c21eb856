package dev.millrace.testkit.leaks;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The exceptions that ended a thread while this was the JVM's handler of them. */
final class Uncaught implements Kind, Thread.UncaughtExceptionHandler, AutoCloseable {
  private final Set<String> running;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Thread.@Nullable UncaughtExceptionHandler former =
      Thread.getDefaultUncaughtExceptionHandler();

  /** Tells with each exception which test classes were running. */
  Uncaught(Set<String> running) {
    this.running = running;
  }

  void install() {
    Thread.setDefaultUncaughtExceptionHandler(this);
  }

  @Override
  public void uncaughtException(Thread thread, Throwable exception) {
    var classes = String.join(", ", new TreeSet<>(running));
    var title =
        "uncaught %s on %s \"%s\", while these test classes ran: %s"
            .formatted(exception, Stacks.kind(thread), thread.getName(), classes);
    seen.add(Stacks.under(title, exception.getStackTrace()));
    if (former != null) {
      former.uncaughtException(thread, exception);
    }
  }

  @Override
  public List<String> left() {
    var left = new ArrayList<>(seen);
    var handler = Thread.getDefaultUncaughtExceptionHandler();
    if (handler != this) {
      left.add("- another handler of uncaught exceptions, which hides them: " + handler);
    }
    return left;
  }

  @Override
  public void close() {
    if (Thread.getDefaultUncaughtExceptionHandler() == this) {
      Thread.setDefaultUncaughtExceptionHandler(former);
    }
  }
}
