package dev.millrace.tools.shell;

import dev.millrace.agent.cancel.CancelSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tries out that a sandbox holds: by breaking out of one like it with a workspace of its own, and
 * by beginning one command in the real workspace.
 */
record SelfTest(Sandbox sandbox) {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final int CHARACTERS = 20_000;
  private static final int FEW = 40;
  private static final int CROWD = 100;
  private static final String ADVICE =
      " Needed: bubblewrap 0.8 or later; user namespaces (sysctl user.max_user_namespaces above 0,"
          + " kernel.unprivileged_userns_clone=1 where it exists,"
          + " kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile for bwrap, in a"
          + " container a seccomp profile that allows them and an unmasked /proc); util-linux and"
          + " coreutils and findutils; for root a control group of pids that it may write to (or"
          + " another user, for whom the kernel limits processes by itself). Shell.unsandboxed runs commands without any of these controls.";

  /**
   * Returns if every control holds.
   *
   * @throws IllegalStateException names one that does not, and what to do
   */
  void pass() {
    try {
      breakOut();
      run(sandbox, "true");
    } catch (IOException e) {
      throw notArmed(String.valueOf(e.getMessage()), e);
    }
  }

  private void breakOut() throws IOException {
    var lock = sandbox.protectedPaths().lock();
    var directory = Files.createTempDirectory(lock.file().getParent(), "try-").toRealPath();
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var workspace = Files.createDirectory(directory.resolve("workspace"));
      Files.createDirectory(workspace.resolve("trusted"));
      var outside = Files.createDirectory(directory.resolve("outside"));
      Files.writeString(outside.resolve("secret"), "canary");
      var script = Probes.script(outside, server.getLocalPort(), CROWD);
      var printed = run(like(directory, workspace), script);
      judge(Probes.of(crowded().limits()).broken(printed));
      judge(seenFromOutside(outside, workspace, server));
    } finally {
      remove(directory);
    }
  }

  private Sandbox like(Path directory, Path workspace) {
    var paths =
        new ProtectedPaths(
            workspace,
            List.of("trusted/hooks", "settings"),
            new WorkspaceLock(directory.resolve("lock")));
    return new Sandbox(sandbox.bwrap(), sandbox.prlimit(), workspace, crowded(), paths);
  }

  /** With so few processes that it is quickly tried out whether more can be had. */
  private ShellSettings crowded() {
    var settings = sandbox.settings();
    var limits = settings.limits();
    return settings.limits(limits.processes(Math.min(limits.processes(), FEW)));
  }

  private static String run(Sandbox sandbox, String command) throws IOException {
    var limits = sandbox.settings().limits().outputCharacters(CHARACTERS);
    var outcome = Execution.of(sandbox, command, limits, TIME, text -> {}, CancelSignal.NEVER);
    return switch (outcome.ending()) {
      case Ending.Exited exited when exited.code() == 0 -> outcome.printed().text();
      case Ending.Exited exited -> throw notArmed("a command ended with " + exited, null);
      case Ending.Killed killed -> throw notArmed("a command was killed: " + killed.reason(), null);
      case Ending.NotBegun notBegun -> throw notArmed(outcome.printed().preamble(), null);
    };
  }

  private static void judge(Optional<String> broken) {
    broken.ifPresent(control -> {
      throw notArmed(control, null);
    });
  }

  /** What a sandbox that lies about itself, or does nothing, has done to the host. */
  private static Optional<String> seenFromOutside(Path outside, Path workspace, ServerSocket server)
      throws IOException {
    if (Files.exists(outside.resolve("written"))) {
      return Optional.of("a file was written outside the workspace");
    }
    try (var names = Files.walk(workspace)) {
      if (names.anyMatch(name -> name.endsWith("planted") || name.endsWith("elsewhere"))) {
        return Optional.of("a protected path was written");
      }
    }
    return wasReached(server) ? Optional.of("a server of the host was reached") : Optional.empty();
  }

  private static boolean wasReached(ServerSocket server) throws IOException {
    server.setSoTimeout(1);
    try {
      server.accept().close();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static IllegalStateException notArmed(String control, @Nullable Throwable cause) {
    return new IllegalStateException("the sandbox does not hold: " + control + "." + ADVICE, cause);
  }
}
