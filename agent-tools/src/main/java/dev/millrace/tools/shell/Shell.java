package dev.millrace.tools.shell;

import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A shell for the model: commands run in a sandbox of bubblewrap, in a workspace.
 *
 * <pre>{@code
 * var shell = Shell.sandboxed(Path.of("work"));
 * var runner = AgentRunner.builder(client, model)
 *     .tools(Toolbox.of(shell.runCommand()))
 *     .build();
 * }</pre>
 *
 * <p>A command reads and writes the workspace and reads the programs of the system. It has no
 * network, no terminal, no input, none of our environment, and sees no other process. In the
 * workspace it cannot write what other programs trust, {@link ShellSettings#PROTECTED}. Each
 * command starts fresh: nothing but the files of the workspace lasts, and what it started in the
 * background ends with it.
 *
 * <p>That a sandbox holds is tried out when it is made, and there is no shell if it does not. It
 * needs Linux with bubblewrap 0.8 or later, util-linux, and user namespaces.
 *
 * <p>It does not protect against faults of the kernel, nor the workspace itself: whatever is in it
 * can be read and, but for the protected paths, changed and filled up. Who runs programs from the
 * workspace outside the sandbox, such as a build, runs what the model wrote. Thread-safe.
 */
public final class Shell {
  private static final List<String> PLACES =
      List.of("/usr", "/etc", "/proc", "/sys", "/dev", "/run", "/tmp", "/home", "/root", "/var");

  /** How much longer a call may take than its command: to start it, to kill it, to tell of it. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Commands commands;

  private Shell(Confinement confinement, ShellSettings settings) {
    this.commands = new Commands(confinement, settings);
  }

  /**
   * A sandbox with {@link ShellSettings#DEFAULT}.
   *
   * @param workspace an existing directory, the only place that commands can write to
   * @throws IllegalArgumentException when it is not, or is a directory of the system
   * @throws IllegalStateException when a control of the sandbox does not hold here; says which, and
   *     what to do
   */
  public static Shell sandboxed(Path workspace) {
    return sandboxed(workspace, ShellSettings.DEFAULT);
  }

  /** A sandbox with these settings; otherwise as {@link #sandboxed(Path)}. */
  public static Shell sandboxed(Path workspace, ShellSettings settings) {
    return sandboxed(workspace, settings, Requirements.ofThisSystem());
  }

  static Shell sandboxed(Path workspace, ShellSettings settings, Requirements requirements) {
    var directory = real(workspace);
    var sandbox = requirements.sandbox(directory, settings);
    new SelfTest(sandbox).pass();
    return new Shell(sandbox, settings);
  }

  /**
   * No sandbox: commands can do all that this process can, read its memory and its keys, and reach
   * every network. For machines that hold nothing else: each call waits for approval, unless the
   * runner has a policy of the caller's own, which then has to look at each command. The
   * environment of commands is empty but for {@code PATH}, {@code HOME} and {@code LANG}; protected
   * paths are not protected.
   *
   * @throws IllegalArgumentException when the workspace is no directory
   * @throws IllegalStateException when this is not Linux
   */
  public static Shell unsandboxed(Path workspace) {
    return unsandboxed(workspace, ShellSettings.DEFAULT);
  }

  /** No sandbox, with the limits and the path of these settings; see {@link #unsandboxed(Path)}. */
  public static Shell unsandboxed(Path workspace, ShellSettings settings) {
    Requirements.requireLinux();
    return new Shell(
        new Unconfined(real(workspace), settings, Confinement.program("prlimit")), settings);
  }

  private static Path real(Path workspace) {
    Path directory;
    try {
      directory = workspace.toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the workspace " + workspace + " must be an existing directory", e);
    }
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException("the workspace " + workspace + " is not a directory");
    }
    if (PLACES.stream().anyMatch(place -> Path.of(place).startsWith(directory))) {
      throw new IllegalArgumentException(
          "the workspace must be a directory of its own, not " + directory);
    }
    return directory;
  }

  /** The tool {@code run_command}. */
  public Tool runCommand() {
    return Tool.of("run_command", commands.description(), Commands.RunCommand.class, commands::run)
        .with(traits());
  }

  /**
   * The tool {@code bash} that the API defines, {@code bash_20250124}, which models know. The API's
   * own keeps a shell alive between calls; here each command starts fresh as with {@link
   * #runCommand()}, which results say where it makes a difference.
   */
  public Tool bash() {
    return Tool.of("bash", commands.description(), Commands.Bash.class, commands::bash)
        .with(traits())
        .withApiType("bash_20250124");
  }

  /**
   * Exclusive, because the commands of one turn are meant to run in order. Where nothing confines a
   * command, somebody has to look at it first, unless the caller's policy says otherwise.
   */
  private ToolTraits traits() {
    var traits = ToolTraits.DEFAULT.exclusive().timeout(commands.time().plus(GRACE));
    return commands.isSandboxed() ? traits : traits.needingApproval();
  }
}
