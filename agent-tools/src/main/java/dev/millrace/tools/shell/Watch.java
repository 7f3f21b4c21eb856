package dev.millrace.tools.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks at how many processes a command has and how much memory they have together. The kernel has
 * no limit for the memory of several processes but control groups, which are rarely ours, and none
 * for the processes of a command that nothing confines. One thread.
 */
final class Watch {
  /** The most processes that the sandbox itself has, which are not the command's own. */
  static final int OTHERS = 8;

  private static final long PERIOD_NANOS = 50_000_000;

  /** Looking through the processes of a busy machine must not become the main work. */
  private static final int MOST_OF_THE_TIME = 10;

  private static final String MEMORY = "RssAnon:";
  private static final Path PROCESSES = Path.of("/proc");

  private final Process process;
  private final ShellLimits limits;
  private long nextLook = System.nanoTime();

  Watch(Process process, ShellLimits limits) {
    this.process = process;
    this.limits = limits;
  }

  /** What the command has too much of, as a clause for the model. */
  Optional<String> excess() {
    long now = System.nanoTime();
    if (now - nextLook < 0) {
      return Optional.empty();
    }
    var excess = look();
    long end = System.nanoTime();
    nextLook = end + Math.max(PERIOD_NANOS, MOST_OF_THE_TIME * (end - now));
    return excess;
  }

  private Optional<String> look() {
    var processes = process.descendants().toList();
    if (processes.size() > limits.processes() + OTHERS) {
      return Optional.of(
          "it had more than " + Shown.number(limits.processes()) + " processes at the same time");
    }
    if (memory(processes) > limits.memoryBytes()) {
      return Optional.of(
          "its processes had more than "
              + Shown.number(limits.memoryBytes() >> 20)
              + " MiB of memory");
    }
    return Optional.empty();
  }

  private static long memory(List<ProcessHandle> processes) {
    return processes.stream().mapToLong(Watch::memory).sum();
  }

  private static long memory(ProcessHandle process) {
    try {
      var status = PROCESSES.resolve(Long.toString(process.pid())).resolve("status");
      for (var line : Files.readAllLines(status)) {
        if (line.startsWith(MEMORY)) {
          var kibibytes = line.substring(MEMORY.length()).strip().split(" ", 2)[0];
          return Long.parseLong(kibibytes) << 10;
        }
      }
    } catch (IOException e) {
      // It has ended in the meantime.
    }
    return 0;
  }
}
