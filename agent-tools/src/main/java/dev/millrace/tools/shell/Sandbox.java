package dev.millrace.tools.shell;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sandbox of bubblewrap, a new one for each command: namespaces of its own for everything, and
 * nothing of the host's files but the system's programs, what the settings name, and the workspace.
 *
 * @param bwrap the program
 * @param workspace its real path
 */
record Sandbox(
    String bwrap,
    String prlimit,
    Path workspace,
    ShellSettings settings,
    ProtectedPaths protectedPaths)
    implements Confinement {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
  private static final String HOME = "/home/agent";
  private static final String LOCK = "/run/lock";

  /** Inside, nobody is root, whoever we are: the number is one that no file of the system has. */
  private static final String USER = "1000";

  private static final List<String> NAMESPACES =
      List.of(
          "--unshare-user",
          "--unshare-all",
          "--disable-userns",
          "--uid",
          USER,
          "--gid",
          USER,
          "--hostname",
          "sandbox",
          "--cap-drop",
          "ALL",
          "--die-with-parent",
          "--new-session",
          "--clearenv");

  /** What programs need of /etc; neither users nor hosts. */
  private static final List<String> ETC =
      List.of(
          "/etc/alternatives",
          "/etc/ld.so.cache",
          "/etc/ld.so.conf",
          "/etc/ld.so.conf.d",
          "/etc/localtime",
          "/etc/ssl/certs");

  /** The directories of the root that are links into /usr on most systems. */
  private static final List<String> PROGRAMS =
      List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");

  static Sandbox of(String bwrap, String prlimit, Path workspace, ShellSettings settings)
      throws IOException {
    var paths =
        new ProtectedPaths(workspace, settings.protectedPaths(), WorkspaceLock.of(workspace));
    return new Sandbox(bwrap, prlimit, workspace, settings, paths);
  }

  @Override
  public boolean isSandbox() {
    return true;
  }

  @Override
  public Running start(String command) throws IOException {
    Optional<ControlGroup> group = Optional.empty();
    List<ProtectedPaths.Mount> mounts = List.of();
    try {
      protectedPaths.lock().make();
      mounts = protectedPaths.prepare();
      var argv = argv(mounts);
      group = group();
      var builder = new ProcessBuilder(group.map(made -> made.entering(argv)).orElse(argv));
      // Process 1 of the sandbox keeps the environment that bwrap was started with, for all to see.
      builder.environment().clear();
      builder.directory(new File("/"));
      builder.redirectErrorStream(true);
      var process = Keeper.start(builder, Confinement.bytes(command));
      return new Sandboxed(process, protectedPaths, mounts, group);
    } catch (IOException | RuntimeException e) {
      group.ifPresent(ControlGroup::close);
      cleanUp(protectedPaths, mounts);
      throw e;
    }
  }

  private Optional<ControlGroup> group() throws IOException {
    var parent = ControlGroup.parent();
    return parent.isPresent()
        ? Optional.of(ControlGroup.make(parent.get(), settings.limits().processes()))
        : Optional.empty();
  }

  private List<String> argv(List<ProtectedPaths.Mount> mounts) throws IOException {
    var argv = new ArrayList<String>();
    argv.add(bwrap);
    argv.addAll(NAMESPACES);
    environment(argv);
    system(argv);
    places(argv);
    workspace(argv, mounts);
    argv.addAll(List.of("--ro-bind", protectedPaths.lock().file().toString(), LOCK));
    argv.addAll(List.of("--lock-file", LOCK));
    // The root and /dev are in memory and have no limit of size, so nothing is written there.
    argv.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/"));
    argv.addAll(List.of("--chdir", workspace.toString(), "--", prlimit));
    argv.addAll(Confinement.prlimits(settings.limits()));
    argv.add("--nproc=" + settings.limits().processes());
    argv.add("--");
    argv.addAll(Script.inSandbox(Confinement.shell(), paths(mounts)));
    return argv;
  }

  private static List<String> paths(List<ProtectedPaths.Mount> mounts) {
    return mounts.stream()
        .filter(ProtectedPaths.Mount::isProtected)
        .map(mount -> mount.path().toString())
        .toList();
  }

  private void environment(List<String> argv) {
    argv.addAll(List.of("--setenv", "PATH", settings.path()));
    argv.addAll(List.of("--setenv", "HOME", HOME));
    argv.addAll(List.of("--setenv", "LANG", "C.UTF-8"));
  }

  private void system(List<String> argv) throws IOException {
    argv.addAll(List.of("--ro-bind", "/usr", "/usr"));
    for (var directory : PROGRAMS) {
      var path = Path.of(directory);
      if (Files.isSymbolicLink(path)) {
        argv.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), directory));
      } else {
        argv.addAll(List.of("--ro-bind-try", directory, directory));
      }
    }
    for (var file : ETC) {
      argv.addAll(List.of("--ro-bind-try", file, file));
    }
    argv.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
  }

  private void places(List<String> argv) {
    var size = Long.toString(settings.limits().temporaryBytes());
    for (var place : List.of("/dev/shm", "/tmp", HOME)) {
      argv.addAll(List.of("--size", size, "--tmpfs", place));
    }
    for (var path : settings.readable()) {
      argv.addAll(List.of("--ro-bind", path.toString(), path.toString()));
    }
  }

  private void workspace(List<String> argv, List<ProtectedPaths.Mount> mounts) {
    argv.addAll(List.of("--bind", workspace.toString(), workspace.toString()));
    for (var mount : mounts) {
      var path = mount.path().toString();
      argv.addAll(List.of(mount.isProtected() ? "--ro-bind" : "--bind", path, path));
    }
  }

  private static void cleanUp(ProtectedPaths paths, List<ProtectedPaths.Mount> mounts) {
    try {
      paths.cleanUp(mounts);
    } catch (IOException | RuntimeException e) {
      // Empty directories are left behind, which harm nobody; the next command tries again.
      LOG.warn("could not remove the placeholders of protected paths in {}", paths.workspace(), e);
    }
  }

  private record Sandboxed(
      Process process,
      ProtectedPaths protectedPaths,
      List<ProtectedPaths.Mount> mounts,
      Optional<ControlGroup> group)
      implements Running {
    private static final int ROUNDS = 100;
    private static final int ROUND_MILLIS = 20;

    /**
     * Kills the first process of the sandbox, with which the kernel kills all others before
     * bubblewrap itself ends. To kill bubblewrap itself while it sets up might leave that process
     * behind, so that comes last.
     */
    @Override
    public void kill() {
      boolean interrupted = false;
      for (int round = 0; round < ROUNDS && process.isAlive(); round++) {
        process.children().forEach(ProcessHandle::destroyForcibly);
        try {
          process.waitFor(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      // Not by the process itself: that would close its output, which is still to be read.
      process.toHandle().destroyForcibly();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      try {
        process.getInputStream().close();
      } catch (IOException e) {
        LOG.debug("could not close the output of a command", e);
      }
      group.ifPresent(ControlGroup::close);
      cleanUp(protectedPaths, mounts);
    }
  }
}
