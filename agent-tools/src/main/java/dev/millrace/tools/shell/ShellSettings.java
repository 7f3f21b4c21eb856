package dev.millrace.tools.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link Shell} is set up.
 *
 * @param limits what one command may take
 * @param path the {@code PATH} of commands: absolute directories, joined by colons
 * @param readable files and directories beside {@code /usr} that commands may read, absolute; what
 *     they hold is seen by the model, and sockets in them can be connected to
 * @param protectedPaths paths relative to the workspace that commands cannot write, also when they
 *     do not exist yet: what other programs trust or run
 */
public record ShellSettings(
    ShellLimits limits, String path, List<Path> readable, List<String> protectedPaths) {

  /**
   * What is protected by default. {@code .git} is protected as a whole, because git runs what it
   * finds through many of its files ({@code hooks}, {@code config}, {@code commondir}, {@code
   * modules}, {@code worktrees}): commands may read the repository, and commits are made elsewhere.
   */
  public static final List<String> PROTECTED =
      List.of(
          ".git",
          ".gitmodules",
          ".gitconfig",
          ".mcp.json",
          ".claude",
          ".envrc",
          ".bashrc",
          ".bash_profile",
          ".bash_login",
          ".bash_logout",
          ".profile",
          ".zshrc",
          ".zshenv",
          ".zprofile",
          ".zlogin");

  /** {@link ShellLimits#DEFAULT}, the programs of the system, nothing else to read. */
  public static final ShellSettings DEFAULT =
      new ShellSettings(ShellLimits.DEFAULT, "/usr/local/bin:/usr/bin:/bin", List.of(), PROTECTED);

  public ShellSettings {
    readable = List.copyOf(readable);
    protectedPaths = List.copyOf(protectedPaths);
    for (var directory : path.split(":", -1)) {
      if (!directory.startsWith("/")) {
        throw new IllegalArgumentException(
            "path must be absolute directories joined by colons, not \"" + path + "\"");
      }
    }
    for (var file : readable) {
      if (!file.isAbsolute()) {
        throw new IllegalArgumentException("readable must be absolute, not \"" + file + "\"");
      }
    }
    for (var file : protectedPaths) {
      requireRelative(Path.of(file));
    }
  }

  private static void requireRelative(Path file) {
    if (file.isAbsolute()
        || file.toString().isEmpty()
        || file.startsWith("..")
        || !file.equals(file.normalize())) {
      throw new IllegalArgumentException(
          "protected paths must be relative to the workspace, without . and .., not \""
              + file
              + "\"");
    }
  }

  /** The same with other limits. */
  public ShellSettings limits(ShellLimits limits) {
    return new ShellSettings(limits, path, readable, protectedPaths);
  }

  /** The same with another {@code PATH}. */
  public ShellSettings path(String path) {
    return new ShellSettings(limits, path, readable, protectedPaths);
  }

  /** The same with more to read. */
  public ShellSettings reading(Path... more) {
    return new ShellSettings(limits, path, joined(readable, List.of(more)), protectedPaths);
  }

  /** The same with more that is protected. */
  public ShellSettings protecting(String... more) {
    return new ShellSettings(limits, path, readable, joined(protectedPaths, List.of(more)));
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    var all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
