package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that take all they can get are stopped at their limits, and the host stays alive. */
class LimitsTest {
  private static final ShellLimits LIMITS = ShellLimits.DEFAULT;
  private static final long MEBIBYTE = 1 << 20;
  @TempDir Path workspace;

  /** A bomb, and a part of the command lines of its processes. */
  static Stream<Arguments> bombs() {
    return Stream.of(
        Arguments.of(":(){ :|:& };: ; sleep 35.81", ":(){ :|:& };:"),
        Arguments.of("f() { f & f & wait; }; f", "f() { f & f & wait; }; f"),
        Arguments.of("while :; do sleep 35.82 & done", "sleep 35.82"),
        Arguments.of("while :; do setsid sleep 35.83 & done", "sleep 35.83"),
        Arguments.of(
            "python3 -c 'import os\nwhile True:\n  try: os.fork()\n  except OSError: pass'",
            "os.fork()"));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void aForkBombEndsAtTheLimitOfProcesses(String bomb, String mark) {
    // The kernel stops it at the limit, so that its time is what ends it then.
    var answer = Shells.in(workspace, LIMITS.processes(60)).run(bomb, 5).isRefused();
    assertThat(answer.text()).containsAnyOf("more than 60 processes", "its time was up");
    assertThat(ProcessesTest.survivors(mark)).isZero();
  }

  @Test
  void oneHogIsRefusedMoreAddressSpace() {
    var shell = Shells.in(workspace, LIMITS.memory(512 * MEBIBYTE, 256 * MEBIBYTE));
    assertThat(shell.run("python3 -c 'x = bytearray(1 << 30)'").isFine().text())
        .contains("MemoryError")
        .endsWith("[exit code 1]");
  }

  @Test
  void manyHogsAreKilledForTheMemoryThatTheyHaveTogether() {
    var shell = Shells.in(workspace, LIMITS.memory(128 * MEBIBYTE, 1024 * MEBIBYTE));
    var hog = "python3 -c 'x = bytearray(50 << 20); import time; time.sleep(36.91)'";
    var answer = shell.run("for i in 1 2 3 4 5; do " + hog + " & done; wait", 60).isRefused();
    assertThat(answer.text()).contains("more than 128 MiB of memory");
    assertThat(ProcessesTest.survivors("time.sleep(36.91)")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmp", "/dev/shm", "$HOME"})
  void temporaryFilesFillUpTheirPlaceAndNoMore(String place) {
    var shell = Shells.in(workspace, LIMITS.files(64 * MEBIBYTE, 8 * MEBIBYTE));
    var answer = shell.run("dd if=/dev/zero bs=1M of=" + place + "/x; du -m " + place + "/x");
    assertThat(answer.isFine().text()).contains("No space left on device").contains("8\t/");
  }

  @Test
  void aFileInTheWorkspaceEndsAtItsLimit() {
    var shell = Shells.in(workspace, LIMITS.files(4 * MEBIBYTE, 8 * MEBIBYTE));
    assertThat(shell.run("exec dd if=/dev/zero of=x bs=1M").isFine().text())
        .contains("SIGXFSZ, at the limit of the size of a file");
    assertThat(workspace.resolve("x")).hasSize(4 * MEBIBYTE);
  }

  @Test
  void aBusyProcessEndsAtItsLimitOfComputing() {
    var shell = Shells.in(workspace, LIMITS.cpuTime(Duration.ofSeconds(1)));
    assertThat(shell.run("while :; do :; done", 60).isFine().text()).contains("SIG");
  }

  @Test
  void limitsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> LIMITS.commandTime(Duration.ofMillis(1)))
        .hasMessageContaining("commandTime must be 1 s or more");
    assertThatThrownBy(() -> LIMITS.commandTime(Duration.ofHours(2)))
        .hasMessageContaining("commandTime must be 1 h or less");
    assertThatThrownBy(() -> LIMITS.processes(1)).hasMessageContaining("8 or more, not 1");
    assertThatThrownBy(() -> LIMITS.memory(1, 1)).hasMessageContaining("memoryBytes");
    assertThatThrownBy(() -> ShellSettings.DEFAULT.protecting("../x"))
        .hasMessageContaining("relative to the workspace");
    assertThatThrownBy(() -> ShellSettings.DEFAULT.path("bin:."))
        .hasMessageContaining("absolute directories");
    assertThatThrownBy(() -> ShellSettings.DEFAULT.reading(Path.of("x")))
        .hasMessageContaining("absolute");
  }
}
