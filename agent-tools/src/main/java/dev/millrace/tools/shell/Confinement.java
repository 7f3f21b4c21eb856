package dev.millrace.tools.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where commands run. Thread-safe. */
sealed interface Confinement permits Sandbox, Unconfined {
  /**
   * Starts a command.
   *
   * @throws IOException when the process cannot be started
   */
  Running start(String command) throws IOException;

  /** Whether the kernel keeps commands from all but the workspace. */
  boolean isSandbox();

  /** A command that runs, with all the processes that it starts. */
  interface Running extends AutoCloseable {
    Process process();

    /** Kills everything that the command has started; waits until it is gone, 2 seconds at most. */
    void kill();

    /** Leaves nothing behind; to be called when the process has ended or was killed. */
    @Override
    void close();
  }

  /** bash, or else the shell that every system has. */
  static String shell() {
    return program("bash").orElse("/bin/sh");
  }

  /**
   * A program in the directories of the system. PATH is not asked: a directory that others can
   * write to might stand in it.
   */
  static Optional<String> program(String name) {
    return Stream.of("/usr/bin/", "/bin/", "/usr/local/bin/")
        .map(directory -> directory + name)
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst();
  }

  /** The limits of the kernel that each process of a command has, as options of prlimit. */
  static List<String> prlimits(ShellLimits limits) {
    return List.of(
        "--as=" + limits.addressSpaceBytes(),
        "--cpu=" + limits.cpuTime().toSeconds(),
        "--fsize=" + limits.fileBytes(),
        "--core=0");
  }

  static byte[] bytes(String command) {
    return command.getBytes(StandardCharsets.UTF_8);
  }
}
