package dev.millrace.tools.shell;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.tools.Calls;
import dev.millrace.tools.Calls.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Runs commands as a run of an agent does. */
record Shells(Calls calls) {
  /** A shell in a sandbox; skips the test where there is no bubblewrap. */
  static Shells in(Path workspace) {
    return in(workspace, ShellSettings.DEFAULT);
  }

  static Shells in(Path workspace, ShellLimits limits) {
    return in(workspace, ShellSettings.DEFAULT.limits(limits));
  }

  static Shells in(Path workspace, ShellSettings settings) {
    assumeBubblewrap();
    return new Shells(Calls.of(Shell.sandboxed(workspace, settings).runCommand()));
  }

  static Shells unsandboxed(Path workspace, ShellLimits limits) {
    var settings = ShellSettings.DEFAULT.limits(limits);
    return new Shells(Calls.of(Shell.unsandboxed(workspace, settings).runCommand()));
  }

  static void assumeBubblewrap() {
    Assumptions.assumeTrue(
        Confinement.program("bwrap").isPresent(), "bubblewrap is not installed here");
  }

  Answer run(String command) {
    return calls.call("run_command", "command", command);
  }

  Answer run(String command, int timeoutSeconds) {
    return calls.call("run_command", "command", command, "timeout_seconds", timeoutSeconds);
  }

  Answer run(CancelSignal cancel, String command) {
    return calls.call(cancel, "run_command", "command", command);
  }
}
