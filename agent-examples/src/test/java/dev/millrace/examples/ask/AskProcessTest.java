package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.agent.message.Transcript;
import dev.millrace.examples.Ask;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: exit codes, signals, a pipe that nobody reads. */
class AskProcessTest {
  private static final long MOST_SECONDS = 60;

  @TempDir Path folder;

  private ProcessBuilder java(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath(), Ask.class.getName()));
    command.addAll(Arrays.asList(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ANTHROPIC_"));
    return builder.redirectError(folder.resolve("err").toFile());
  }

  private static String classPath() {
    var given = System.getProperty("java.class.path");
    return System.getProperty("surefire.test.class.path", given);
  }

  private static ProcessBuilder asking(MessagesServer server, ProcessBuilder builder) {
    builder.environment().put("ANTHROPIC_BASE_URL", server.baseUri().toString());
    builder.environment().put("ANTHROPIC_API_KEY", "sk-ant-secret");
    return builder;
  }

  private static int exitCode(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  /** Reads until this has been shown. */
  private static void await(Process process, String part) throws IOException {
    var shown = new StringBuilder();
    var in = process.getInputStream();
    while (shown.indexOf(part) < 0) {
      int b = in.read();
      assertThat(b).as("output after '%s'", shown).isNotNegative();
      shown.append((char) b);
    }
  }

  private static Reply endless() {
    return Reply.says("Hel", "lo").stallAfterEvent(4);
  }

  private static void kill(String signal, Process process) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** A build that runs in the background of a shell has its interrupts ignored. */
  private static boolean ignoresInterrupts(Process process) throws IOException {
    var status = Path.of("/proc", Long.toString(process.pid()), "status");
    for (var line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
      }
    }
    return false;
  }

  @Test
  void describesItsFolderWithoutAnyKey() throws Exception {
    Files.writeString(folder.resolve("README.md"), "# Tern\n");
    var process = java("--json").start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(exitCode(process)).isZero();
    assertThat(new Asked(0, out, "").eventNames())
        .startsWith("run_started", "turn_started")
        .endsWith("run_finished")
        .containsOnlyOnce("run_finished");
    assertThat(err()).contains("No language model").hasLineCount(2);
  }

  @Test
  void exitsWith1OnWrongUsageAndWith4OnFailure() throws Exception {
    assertThat(exitCode(java("--nonsense").start())).isEqualTo(1);
    assertThat(err()).contains("--nonsense");
    try (var server =
        MessagesServer.start(request -> Reply.error(403, "permission_error", "not you"))) {
      assertThat(exitCode(asking(server, java("hi")).start())).isEqualTo(4);
      assertThat(err()).contains("403", "permission_error").doesNotContain("\tat ", "sk-ant");
    }
  }

  @Test
  void isCancelledByCtrlCAndKeepsTheConversation() throws Exception {
    try (var server = MessagesServer.start(request -> endless())) {
      var process = asking(server, java("--transcript", "t.json", "hi")).start();
      await(process, "Hel");
      assumeTrue(!ignoresInterrupts(process));
      kill("INT", process);
      assertThat(exitCode(process)).isEqualTo(130);
      assertCancelled();
      server.awaitNoConnections(Duration.ofSeconds(10));
    }
  }

  @Test
  @Tag("I10")
  void isCancelledBySigtermAsWell() throws Exception {
    try (var server = MessagesServer.start(request -> endless())) {
      var process = asking(server, java("--json", "--transcript", "t.json", "hi")).start();
      await(process, "Hel");
      kill("TERM", process);
      var rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(exitCode(process)).isEqualTo(143);
      assertThat(rest.lines().toList().getLast()).contains("\"outcome\":\"cancelled\"");
      assertCancelled();
    }
  }

  private void assertCancelled() throws IOException {
    assertThat(err()).startsWith("cancelled (").hasLineCount(1);
    var loaded = Transcript.load(Files.readString(folder.resolve("t.json")));
    assertThat(loaded.repairs()).isEmpty();
    assertThat(loaded.transcript().messages()).hasSize(1);
  }

  @Test
  void endsQuietlyWhenItsOutputIsClosed() throws Exception {
    var much = new String[2_000];
    Arrays.fill(much, "line\n");
    try (var server =
        MessagesServer.start(request -> Reply.says(much).pace(Duration.ofMillis(5)))) {
      var process = asking(server, java("hi")).start();
      await(process, "line\n");
      process.getInputStream().close();
      assertThat(exitCode(process)).isEqualTo(141);
      assertThat(err()).isEmpty();
    }
  }
}
