package dev.millrace.tools.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * What a shell does before it becomes the shell of the command. It reads the command from its
 * input, so that no encoding of arguments can change it and no list of processes shows it.
 */
final class Script {
  /** A name for the script in the messages of the shell. */
  private static final String NAME = "command";

  /**
   * First it waits until the sandbox has its lock: process 1 takes it while this script runs
   * already. From then on nobody removes what is mounted on, and the mounts can be looked at.
   */
  private static final String AWAIT_LOCK =
      """
      is_locked() {
        while read -r number kind strength mode holder rest; do
          if [ "$mode $holder" = "READ 1" ]; then return 0; fi
        done </proc/locks
        return 1
      }
      tries=0
      until is_locked; do
        tries=$((tries + 1))
        if [ $tries -gt 500 ]; then echo "the lock of the workspace is not held"; exit 1; fi
        sleep 0.01
      done
      for path do
        if [ ! -e "$path" ] || [ -w "$path" ]; then
          echo "not protected: $path"
          exit 1
        fi
      done
      """;

  private static final String BEGIN =
      """
      printf '\\001'
      exec "$shell" -c "$command" </dev/null
      """;

  private static final String READ =
      """
      command=$(cat)
      shell=$1
      shift
      """;

  private Script() {}

  /** Begins when the lock is held and none of these paths can be written. */
  static List<String> inSandbox(String shell, List<String> protectedPaths) {
    var argv = new ArrayList<>(List.of(shell, "-c", READ + AWAIT_LOCK + BEGIN, NAME, shell));
    argv.addAll(protectedPaths);
    return argv;
  }

  /** Begins at once. */
  static List<String> unconfined(String shell) {
    return List.of(shell, "-c", READ + BEGIN, NAME, shell);
  }
}
