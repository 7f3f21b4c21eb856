package dev.millrace.tools.shell;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group of the kernel that holds all processes of one command to a number. For root there
 * is no other way: the limit that each process has of its own does not hold for it. Where groups
 * cannot be made, as for most users who are not root, there is none.
 *
 * @param directory of the group in the file system of control groups
 */
record ControlGroup(Path directory) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlGroup.class);
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String CONTROLLER = "pids";
  private static final String PROCESSES = "cgroup.procs";

  private static final int ROUNDS = 100;
  private static final long ROUND_MILLIS = 20;

  /**
   * Enters the group that is named first and becomes what follows, of which nothing is interpreted.
   * The shell adds to the environment, which has to be empty.
   */
  private static final String ENTER = "echo $$ >\"$1\" && shift && exec /usr/bin/env -i \"$@\"";

  /** Where this process can make groups. */
  static Optional<Path> parent() {
    try {
      return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
          .flatMap(line -> parent(line.split(":", 3)).stream())
          .filter(Files::isWritable)
          .findFirst();
    } catch (IOException e) {
      LOG.debug("no control groups", e);
      return Optional.empty();
    }
  }

  /** Of a line "number:controllers:path"; there are no controllers in the second version. */
  private static Optional<Path> parent(String... line) {
    if (line.length < 3) {
      return Optional.empty();
    }
    var path = Path.of("/").relativize(Path.of(line[2]));
    if (Arrays.asList(line[1].split(",")).contains(CONTROLLER)) {
      return Optional.of(ROOT.resolve(CONTROLLER).resolve(path));
    }
    var unified = ROOT.resolve(path);
    return line[1].isEmpty() && isDelegated(unified) ? Optional.of(unified) : Optional.empty();
  }

  private static boolean isDelegated(Path directory) {
    try {
      return Files.readString(directory.resolve("cgroup.subtree_control")).contains(CONTROLLER);
    } catch (IOException e) {
      return false; // it is no group of the second version
    }
  }

  /** A new group below the parent, for so many processes. */
  static ControlGroup make(Path parent, int processes) throws IOException {
    var group =
        new ControlGroup(Files.createDirectory(parent.resolve("millrace-" + UUID.randomUUID())));
    try {
      Files.writeString(
          group.directory().resolve("pids.max"), Integer.toString(processes + Watch.OTHERS));
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  /** The command line that begins in the group. */
  List<String> entering(List<String> argv) {
    var file = directory.resolve(PROCESSES).toString();
    var entering = new ArrayList<>(List.of("/bin/sh", "-c", ENTER, "enter", file));
    entering.addAll(argv);
    return entering;
  }

  /** Removes the group, once the kernel has buried the last of its processes. */
  @Override
  public void close() {
    boolean interrupted = false;
    for (int round = 1; ; round++) {
      try {
        Files.deleteIfExists(directory);
        break;
      } catch (FileSystemException e) {
        if (round == ROUNDS) {
          LOG.warn("could not remove the control group {}", directory, e);
          break;
        }
        interrupted |= pause();
      } catch (IOException e) {
        LOG.warn("could not remove the control group {}", directory, e);
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(ROUND_MILLIS);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }
}
