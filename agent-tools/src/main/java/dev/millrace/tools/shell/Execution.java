package dev.millrace.tools.shell;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.tools.shell.Confinement.Running;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command from its start to its end, on the calling thread. Output is only read when there is
 * some, so that nobody who holds the other end of the pipe can keep this thread.
 */
final class Execution {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int IDLE_MILLIS = 10;

  /** What a dead command may have left in its pipe, and much more. */
  private static final long MOST_AT_THE_END = 16L << 20;

  private final Running running;
  private final Printed printed;
  private final Watch watch;
  private final CancelSignal cancel;
  private final Duration time;
  private final InputStream output;

  private Execution(
      Running running, Printed printed, ShellLimits limits, Duration time, CancelSignal cancel) {
    this.running = running;
    this.printed = printed;
    this.watch = new Watch(running.process(), limits);
    this.time = time;
    this.cancel = cancel;
    this.output = running.process().getInputStream();
  }

  /**
   * What came of a command.
   *
   * @param printed to its end
   */
  record Outcome(Ending ending, Printed printed) {}

  /**
   * Runs a command until its end, its time, or the signal; nothing of it lives afterwards.
   *
   * <p>It is tried again when it could not begin: another command that ended at that moment may
   * have removed what this one's sandbox was to be mounted on.
   *
   * @throws IOException when it cannot be started
   */
  static Outcome of(
      Confinement confinement,
      String command,
      ShellLimits limits,
      Duration time,
      Consumer<String> progress,
      CancelSignal cancel)
      throws IOException {
    long start = System.nanoTime();
    while (true) {
      var printed = new Printed(limits.outputCharacters(), progress);
      var outcome = new Outcome(once(confinement, command, printed, limits, time, cancel), printed);
      if (!(outcome.ending() instanceof Ending.NotBegun)
          || System.nanoTime() - start > RETRY_NANOS) {
        return outcome;
      }
      LOG.debug("a command could not begin and is tried again: {}", printed.preamble());
      // At random, so that two commands do not disturb each other for ever; an interrupt is kept.
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE_NANOS));
    }
  }

  private static Ending once(
      Confinement confinement,
      String command,
      Printed printed,
      ShellLimits limits,
      Duration time,
      CancelSignal cancel)
      throws IOException {
    try (var running = confinement.start(command)) {
      return new Execution(running, printed, limits, time, cancel).ending();
    } catch (NoSuchFileException e) {
      LOG.debug("a placeholder was removed while it was made", e);
      return new Ending.NotBegun();
    }
  }

  private Ending ending() throws IOException {
    Ending ending;
    try {
      ending = await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ending = new Ending.Killed("it was cancelled");
    } finally {
      running.kill();
    }
    readTheRest();
    printed.end();
    return ending instanceof Ending.Exited && !printed.hasBegun() ? new Ending.NotBegun() : ending;
  }

  private Ending await() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (running.process().isAlive()) {
      if (cancel.isCancelled() || Thread.interrupted()) {
        return new Ending.Killed("it was cancelled");
      }
      if (System.nanoTime() - start > time.toNanos()) {
        return new Ending.Killed("its time was up after " + Shown.seconds(time.toSeconds()));
      }
      var excess = watch.excess();
      if (excess.isPresent()) {
        return new Ending.Killed(excess.get());
      }
      if (read() == 0) {
        printed.tick();
        running.process().waitFor(IDLE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    return new Ending.Exited(running.process().exitValue());
  }

  private void readTheRest() throws IOException {
    long left = MOST_AT_THE_END;
    int read = read();
    while (read > 0 && left > 0) {
      left -= read;
      read = read();
    }
  }

  /** Reads what is there, and how much that was. */
  private int read() throws IOException {
    var room = printed.room();
    int most = Math.min(output.available(), room.remaining());
    if (most == 0) {
      return 0;
    }
    int read = output.read(room.array(), room.arrayOffset() + room.position(), most);
    if (read <= 0) {
      return 0;
    }
    room.position(room.position() + read);
    printed.take();
    return read;
  }
}
