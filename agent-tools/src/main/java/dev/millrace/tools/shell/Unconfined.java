package dev.millrace.tools.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands with all the rights of this process, in an environment of their own. Its processes are
 * found by their parents, and by a mark in their environment when they have left them.
 *
 * @param workspace its real path
 */
record Unconfined(Path workspace, ShellSettings settings, Optional<String> prlimit)
    implements Confinement {
  private static final Logger LOG = LoggerFactory.getLogger(Unconfined.class);
  private static final String MARK = "MILLRACE_COMMAND";

  @Override
  public boolean isSandbox() {
    return false;
  }

  @Override
  public Running start(String command) throws IOException {
    var builder = new ProcessBuilder(argv());
    var mark = UUID.randomUUID().toString();
    builder.environment().clear();
    builder.environment().putAll(environment(mark));
    builder.directory(workspace.toFile());
    builder.redirectErrorStream(true);
    return new Marked(Keeper.start(builder, Confinement.bytes(command)), MARK + "=" + mark);
  }

  private Map<String, String> environment(String mark) {
    return Map.of(
        "PATH",
        settings.path(),
        "HOME",
        System.getProperty("user.home"),
        "LANG",
        "C.UTF-8",
        MARK,
        mark);
  }

  /**
   * A session of its own has no terminal. The kernel would count processes over all that the user
   * runs, so that limit is left to {@link Watch}.
   */
  private List<String> argv() {
    var argv = new ArrayList<String>();
    Confinement.program("setsid").ifPresent(argv::add);
    prlimit.ifPresent(program -> {
      argv.add(program);
      argv.addAll(Confinement.prlimits(settings.limits()));
      argv.add("--");
    });
    argv.addAll(Script.unconfined(Confinement.shell()));
    return argv;
  }

  private record Marked(Process process, String mark) implements Running {
    private static final int ROUNDS = 100;
    private static final int ROUND_MILLIS = 20;
    private static final Path PROCESSES = Path.of("/proc");

    /** Until none is found, since a process may have started another while it was looked for. */
    @Override
    public void kill() {
      boolean interrupted = false;
      for (int round = 0; round < ROUNDS && killThoseThatAreFound(); round++) {
        try {
          process.waitFor(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean killThoseThatAreFound() {
      var found = Stream.concat(process.descendants(), marked()).toList();
      found.forEach(ProcessHandle::destroyForcibly);
      boolean wasAlive = process.isAlive();
      // Not by the process itself: that would close its output, which is still to be read.
      process.toHandle().destroyForcibly();
      return wasAlive || !found.isEmpty();
    }

    private Stream<ProcessHandle> marked() {
      return ProcessHandle.allProcesses().filter(this::isMarked);
    }

    private boolean isMarked(ProcessHandle handle) {
      try {
        var file = PROCESSES.resolve(Long.toString(handle.pid())).resolve("environ");
        return Files.readString(file, StandardCharsets.ISO_8859_1).contains(mark);
      } catch (IOException e) {
        return false; // it has ended, or is of another user
      }
    }

    @Override
    public void close() {
      kill();
      try {
        process.getInputStream().close();
      } catch (IOException e) {
        LOG.debug("could not close the output of a command", e);
      }
    }
  }
}
