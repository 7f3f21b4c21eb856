package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.tools.Calls.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command ends with everything it has started, by itself, by its time, and by a cancel. */
class ProcessesTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(10);
  @TempDir Path workspace;

  /** Processes of the host whose command line has this text, which makes a test's own findable. */
  static long survivors(String text) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(text))
        .count();
  }

  private static Duration took(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @ParameterizedTest
  @Tag("G19")
  @ValueSource(
      strings = {
        "sleep 31.4151 & echo hi",
        "nohup sleep 31.4152 & echo hi",
        "setsid sleep 31.4153 & echo hi",
        "(setsid sh -c 'sleep 31.4154 & sleep 31.4154' &); echo hi",
        "(trap '' TERM HUP INT; sleep 31.4155) & echo hi",
        "(exec >/dev/null 2>&1 </dev/null; setsid sleep 31.4156 &); echo hi"
      })
  void whatRunsInTheBackgroundEndsWithTheCommandAndHoldsNobodyUp(String command) {
    var shell = Shells.in(workspace);
    var took =
        took(() -> assertThat(shell.run(command).isFine().text()).startsWith("hi\n[exit code 0"));
    assertThat(took).isLessThan(AT_ONCE);
    assertThat(survivors(command.replaceAll(".*(sleep 31\\.\\d+).*", "$1"))).isZero();
  }

  @Test
  @Tag("G22")
  void atTheEndOfItsTimeACommandIsKilledWithAllItStartedAndWhatItPrintedIsTold() {
    var shell = Shells.in(workspace);
    var command = "trap '' TERM; echo begun; setsid sleep 32.51 & echo on; sleep 32.52; echo never";
    var answer = shell.run(command, 1).isRefused();
    assertThat(answer.text())
        .isEqualTo(
            "Killed with all it had started, because its time was up after 1 second. Until then it"
                + " had printed:\nbegun\non");
    assertThat(survivors("sleep 32.5")).isZero();
  }

  @Test
  void aCancelKillsTheWholeCommand() throws Exception {
    var cancellation = new Cancellation();
    var shell = Shells.in(workspace);
    var answer =
        CompletableFuture.supplyAsync(
            () -> shell.run(cancellation, "touch begun; sleep 33.61 & sleep 33.62"));
    while (survivors("sleep 33.6") < 2) {
      Thread.onSpinWait();
    }
    cancellation.cancel();
    answer.get().isRefused();
    while (survivors("sleep 33.6") > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aSecondCommandDoesNotSeeTheFirst() throws Exception {
    var shell = Shells.in(workspace);
    var first = CompletableFuture.supplyAsync(() -> shell.run("sleep 34.71", 5));
    while (survivors("sleep 34.71") == 0) {
      Thread.onSpinWait();
    }
    assertThat(shell.run("ps ax; pkill sleep; kill -9 -1").text()).doesNotContain("34.71");
    assertThat(survivors("sleep 34.71")).isPositive();
    first.get().isRefused();
  }

  @Test
  void twentyCommandsRunAtOnce() throws Exception {
    var shell = Shells.in(workspace);
    Callable<Answer> call = () -> shell.run("for i in 1 2 3; do echo $i; sleep 0.1; done");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(Collections.nCopies(20, call))) {
        assertThat(answer.get().isFine().text()).isEqualTo("1\n2\n3\n[exit code 0]");
      }
    }
  }

  @Test
  void aCommandOutlivesTheThreadThatAskedForIt() throws Exception {
    Shells.assumeBubblewrap();
    var sandbox =
        Requirements.ofThisSystem().sandbox(workspace.toRealPath(), ShellSettings.DEFAULT);
    var started = new CompletableFuture<Confinement.Running>();
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                started.complete(sandbox.start("sleep 0.5; exit 3"));
              } catch (java.io.IOException e) {
                started.completeExceptionally(e);
              }
            });
    thread.join();
    try (var running = started.get()) {
      assertThat(running.process().waitFor()).isEqualTo(3);
    }
  }
}
