package dev.millrace.tools.shell;

import java.util.Map;

/** How a command ended. */
sealed interface Ending {
  /** By itself, or by a signal of its own. */
  record Exited(int code) implements Ending {
    private static final int SIGNALS = 128;
    private static final Map<Integer, String> NAMES =
        Map.of(
            1, "SIGHUP",
            2, "SIGINT",
            6, "SIGABRT",
            9, "SIGKILL",
            11, "SIGSEGV",
            13, "SIGPIPE",
            15, "SIGTERM",
            24, "SIGXCPU, at the limit of computing time",
            25, "SIGXFSZ, at the limit of the size of a file");

    @Override
    public String toString() {
      var signal = NAMES.get(code - SIGNALS);
      return "[exit code " + code + (signal == null ? "]" : ": killed by " + signal + "]");
    }
  }

  /**
   * Killed by us, with all it had started.
   *
   * @param reason a clause for the model
   */
  record Killed(String reason) implements Ending {}

  /** It never began. */
  record NotBegun() implements Ending {}
}
