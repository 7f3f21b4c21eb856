package dev.millrace.agent.session;

import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs file operations on a thread that nobody interrupts: an interrupt closes the channel of the
 * thread that works on it, and with it the journal.
 */
final class OwnThread {
  /** Longer than any disk that still works. */
  private static final long MOST_SECONDS = 60;

  private final String session;
  private boolean isStuck;

  OwnThread(String session) {
    this.session = session;
  }

  /** What is to be done. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Does it and waits for it; an interrupt of the caller is kept for later.
   *
   * @throws SessionException when it fails, or does not end
   */
  synchronized <T> T call(String doing, Work<T> work) {
    if (isStuck) {
      throw stuck(doing);
    }
    var attempt = new Attempt<>(work);
    Thread.ofVirtual().name("millrace session " + session).start(attempt);
    if (!attempt.await()) {
      isStuck = true;
      throw stuck(doing);
    }
    return attempt.result(session, doing);
  }

  private SessionException stuck(String doing) {
    return new SessionException(
        Problem.STORAGE,
        "session %s: the disk did not answer within %d s; %s is undone"
            .formatted(session, MOST_SECONDS, doing),
        null);
  }

  private static final class Attempt<T> implements Runnable {
    private final Work<T> work;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable thrown;

    Attempt(Work<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        value = work.run();
      } catch (Throwable e) {
        thrown = e;
      } finally {
        done.countDown();
      }
    }

    boolean await() {
      boolean interrupted = false;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
      try {
        while (true) {
          try {
            return done.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @SuppressWarnings("NullAway") // null is a value of some T
    T result(String session, String doing) {
      return switch (thrown) {
        case null -> value;
        case IOException e ->
            throw new SessionException(
                Problem.STORAGE, "session %s: %s failed: %s".formatted(session, doing, e), e);
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(thrown);
      };
    }
  }
}
