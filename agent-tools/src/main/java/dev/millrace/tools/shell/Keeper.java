package dev.millrace.tools.shell;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a process on a platform thread that lives as long as the process. "Die with parent" of
 * Linux means the thread that started the process, not its process: the threads that carry virtual
 * threads end when they are idle, and the command would die with them.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private Keeper() {}

  /** Starts the process and gives it these bytes to read, then the end of its input. */
  static Process start(ProcessBuilder builder, byte[] input) throws IOException {
    var started = new CompletableFuture<Process>();
    Thread.ofPlatform().daemon().name("shell-keeper").start(() -> keep(builder, input, started));
    try {
      return started.join();
    } catch (CompletionException e) {
      throw new IOException("could not start " + builder.command().getFirst(), e.getCause());
    }
  }

  private static void keep(
      ProcessBuilder builder, byte[] input, CompletableFuture<Process> started) {
    Process process;
    try {
      process = builder.start();
    } catch (IOException | RuntimeException | Error e) {
      started.completeExceptionally(e);
      return;
    }
    started.complete(process);
    try (var stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // It ended before it had read its input; what it printed says why.
      LOG.debug("a command did not read its input", e);
    }
    awaitExit(process);
  }

  /** Nobody interrupts this thread, and were it to end, the process would. */
  private static void awaitExit(Process process) {
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        LOG.debug("interrupted for nothing: the command still runs", e);
      }
    }
  }
}
