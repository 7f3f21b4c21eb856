package dev.millrace.examples.ask;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT, SIGTERM and SIGHUP as the JVM tells of them: it runs its shutdown hooks, then ends with
 * 128 and the signal's number, whatever {@code main} returns.
 */
final class ShutdownHook implements Interrupts {
  private static final long MOST_SECONDS = 10;

  @Override
  public Guard guard(Runnable stop) {
    var done = new CountDownLatch(1);
    var hook = new Thread(() -> stopAndWait(stop, done), "interrupt");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      stop.run();
    }
    return () -> close(hook, done);
  }

  private static void stopAndWait(Runnable stop, CountDownLatch done) {
    stop.run();
    try {
      if (!done.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("ask: the run did not end within " + MOST_SECONDS + " s of the signal");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Thread hook, CountDownLatch done) {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The hook is running: the JVM ends as soon as it is through.
      done.countDown();
    }
  }
}
