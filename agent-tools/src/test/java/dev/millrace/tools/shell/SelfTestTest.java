package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A sandbox that does not hold is found out when it is made, and there is no shell then. */
@EnabledOnOs(OS.LINUX)
class SelfTestTest {
  private static final Path BWRAP = Path.of("/usr/bin/bwrap");

  @TempDir private Path workspace;
  @TempDir private Path programs;

  /** What a program in the place of bubblewrap makes of one argument, and what is found out. */
  static Stream<Arguments> leaks() {
    return Stream.of(
        Arguments.of(
            "--unshare-all)",
            "args+=(--unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup);;",
            "a server of the host can be reached"),
        Arguments.of(
            "--unshare-all)",
            "args+=(--unshare-net --unshare-ipc --unshare-uts --unshare-cgroup);;",
            ""),
        Arguments.of(
            "/tmp)", "args+=(/tmp --bind /tmp /tmp);;", "a file outside the workspace can be read"),
        Arguments.of("--disable-userns)", ";;", "commands can make user namespaces"),
        Arguments.of(
            "--clearenv)",
            "args+=(--clearenv --setenv SECRET canary);;",
            "our environment is seen"),
        Arguments.of("--nproc=*)", "args+=(--nproc=39);;", "the limits of time, files, processes"));
  }

  @ParameterizedTest
  @MethodSource("leaks")
  void aSandboxThatLeaksIsFoundOut(String argument, String change, String control)
      throws IOException {
    assumeTrue(Files.isExecutable(BWRAP), "bubblewrap is not installed");
    var leaking =
        program(
            """
            #!/bin/bash
            args=()
            for a in "$@"; do case "$a" in
              %s %s
              *) args+=("$a");;
            esac; done
            exec env -i %s "${args[@]}"
            """
                .formatted(argument, change, BWRAP));
    assertThatThrownBy(() -> shell(Optional.of(leaking)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the sandbox does not hold: ")
        .hasMessageContaining(control)
        .hasMessageContaining("Needed: bubblewrap 0.8 or later");
    try (var names = Files.list(workspace)) {
      assertThat(names).as("left in the workspace").isEmpty();
    }
  }

  @Test
  void aProgramThatConfinesNothingIsFoundOut() throws IOException {
    var pretending =
        program("#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n");
    assertThatThrownBy(() -> shell(Optional.of(pretending)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the sandbox does not hold");
  }

  @Test
  void aProgramThatFailsIsAnErrorWithItsOwnWords() throws IOException {
    var failing =
        program("#!/bin/sh\necho 'bwrap: No permissions to create new namespace'\nexit 1\n");
    assertThatThrownBy(() -> shell(Optional.of(failing)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("No permissions to create new namespace")
        .hasMessageContaining("user namespaces");
  }

  @Test
  void withoutBubblewrapThereIsNoShell() {
    assertThatThrownBy(() -> shell(Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("install the package bubblewrap");
  }

  private Shell shell(Optional<String> bwrap) {
    var requirements = new Requirements(bwrap, Confinement.program("prlimit"));
    return Shell.sandboxed(workspace, ShellSettings.DEFAULT, requirements);
  }

  private String program(String text) throws IOException {
    var file = Files.writeString(programs.resolve("bwrap"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }
}
