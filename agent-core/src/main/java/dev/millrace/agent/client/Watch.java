package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.client.ApiTimeoutException.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, or one wait, under the eye of the {@link Watchdog}: the one place where work that
 * blocks is ended from outside. The streaming thread only counts; the watchdog notes when the
 * counts moved last, so that a byte costs no look at a clock.
 */
final class Watch implements AutoCloseable {
  /** Why work was ended from outside. */
  sealed interface Stop {
    /** The caller's signal came. */
    record Cancelled() implements Stop {}

    /** The caller's thread was interrupted. */
    record Interrupted() implements Stop {}

    /** The client was closed. */
    record Closed() implements Stop {}

    /** A clock went off. */
    record Expired(Clock clock) implements Stop {}
  }

  private enum Phase {
    PREPARING,
    SENT,
    ANSWERED
  }

  private final Thread thread = Thread.currentThread();
  private final Watchdog watchdog;
  private final Timeouts timeouts;
  private final long turnBegan;
  private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CancelSignal.Registration registration;
  private volatile @Nullable Cancellable work;
  private volatile Phase phase = Phase.PREPARING;

  /** Odd while the streaming thread waits for bytes; moves with every read. */
  private final AtomicLong reads = new AtomicLong();

  private final AtomicLong progress = new AtomicLong();

  // The watchdog's own notes.
  private Phase phaseSeen = Phase.PREPARING;
  private long readsSeen;
  private long progressSeen;
  private long checkedAt;
  private long phaseAt;
  private long bytesAt;
  private long progressAt;

  Watch(Watchdog watchdog, Timeouts timeouts, long turnBegan, CancelSignal cancel) {
    this.watchdog = watchdog;
    this.timeouts = timeouts;
    this.turnBegan = turnBegan;
    this.registration = cancel.onCancel(() -> stop(new Stop.Cancelled()));
  }

  /** Names what is to be cancelled when this is stopped. */
  void guard(Cancellable work) {
    this.work = work;
    if (stop.get() != null) {
      work.cancel();
    }
  }

  /** The request is about to be written. */
  void sending() {
    phase = Phase.SENT;
  }

  /** The answer's head is there. */
  void answered() {
    phase = Phase.ANSWERED;
  }

  /** The message came forward. */
  void progressed() {
    progress.setRelease(progress.getPlain() + 1);
  }

  /** The same bytes, counted. */
  InputStream watched(InputStream in) {
    return new WatchedInput(in);
  }

  /** Why this was stopped, if it was. */
  Optional<Stop> stop() {
    return Optional.ofNullable(stop.get());
  }

  void stop(Stop why) {
    if (stop.compareAndSet(null, why)) {
      stopped.countDown();
      var due = work;
      if (due != null) {
        due.cancel();
      }
    }
  }

  /** Waits; returns early when stopped. An interrupt stops, and its flag is left set. */
  void pause(Clockwork.Pause pause, Duration wait) {
    try {
      pause.await(stopped, wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop(new Stop.Interrupted());
    }
  }

  /** One look at the clocks; only the watchdog's thread calls it. */
  void check(long now) {
    if (thread.isInterrupted()) {
      stop(new Stop.Interrupted());
    } else if (now - turnBegan > timeouts.nanos(Clock.TURN)) {
      stop(new Stop.Expired(Clock.TURN));
    } else if (phase != phaseSeen) {
      phaseSeen = phase;
      phaseAt = bytesAt = progressAt = now;
    } else if (phaseSeen == Phase.SENT) {
      expire(Clock.FIRST_BYTE, now - phaseAt);
    } else if (phaseSeen == Phase.ANSWERED) {
      checkAnswer(now);
    }
    checkedAt = now;
  }

  private void checkAnswer(long now) {
    long reads = this.reads.getAcquire();
    long progress = this.progress.getAcquire();
    if (reads != readsSeen) {
      readsSeen = reads;
      bytesAt = now;
    }
    if (progress != progressSeen) {
      progressSeen = progress;
      progressAt = now;
    }
    if (reads % 2 == 0) {
      // The listener is at work: the server is not to blame for this silence.
      bytesAt = now;
      progressAt += now - checkedAt;
    }
    expire(Clock.IDLE, now - bytesAt);
    expire(Clock.PROGRESS, now - progressAt);
  }

  private void expire(Clock clock, long silence) {
    if (silence > timeouts.nanos(clock)) {
      stop(new Stop.Expired(clock));
    }
  }

  @Override
  public void close() {
    registration.close();
    watchdog.forget(this);
  }

  private final class WatchedInput extends InputStream {
    private final InputStream in;

    WatchedInput(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      reads.setRelease(reads.getPlain() + 1);
      try {
        return in.read(buffer, offset, length);
      } finally {
        reads.setRelease(reads.getPlain() + 1);
      }
    }
  }
}
