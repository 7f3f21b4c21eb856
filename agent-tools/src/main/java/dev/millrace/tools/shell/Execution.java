package dev.millrace.tools.shell;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.tools.shell.Confinement.Running;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One command from its start to its end, on the calling thread. Output is only read when there is
 * some, so that nobody who holds the other end of the pipe can keep this thread.
 */
final class Execution {
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
   * Waits for the end of the command, its time, or the signal; nothing of it lives afterwards.
   *
   * @throws IOException when it cannot be started
   */
  static Ending of(
      Confinement confinement,
      String command,
      Printed printed,
      ShellLimits limits,
      Duration time,
      CancelSignal cancel)
      throws IOException {
    try (var running = confinement.start(command)) {
      return new Execution(running, printed, limits, time, cancel).ending();
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
    int read = output.read(room.array(), room.position(), most);
    if (read <= 0) {
      return 0;
    }
    room.position(room.position() + read);
    printed.take();
    return read;
  }
}
