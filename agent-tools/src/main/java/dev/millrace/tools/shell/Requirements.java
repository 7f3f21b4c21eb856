package dev.millrace.tools.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The programs that a sandbox needs, where they are. */
record Requirements(Optional<String> bwrap, Optional<String> prlimit) {
  static Requirements ofThisSystem() {
    requireLinux();
    return new Requirements(Confinement.program("bwrap"), Confinement.program("prlimit"));
  }

  static void requireLinux() {
    var system = System.getProperty("os.name");
    if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
      throw new IllegalStateException(
          "shell tools need Linux, this is " + system + "; run the agent in a Linux container");
    }
  }

  /**
   * The sandbox, not yet tried out.
   *
   * @throws IllegalStateException when something is missing
   */
  Sandbox sandbox(Path workspace, ShellSettings settings) {
    var program =
        bwrap.orElseThrow(() ->
            new IllegalStateException(
                "no sandbox: bubblewrap is not installed; install the package bubblewrap (0.8"
                    + " or later), so that there is /usr/bin/bwrap"));
    var limiter =
        prlimit.orElseThrow(() ->
            new IllegalStateException(
                "no limits of processes and memory: prlimit is not installed; install the"
                    + " package util-linux"));
    try {
      return Sandbox.of(program, limiter, workspace, settings);
    } catch (IOException e) {
      throw new IllegalStateException("no sandbox: " + e.getMessage(), e);
    }
  }
}
