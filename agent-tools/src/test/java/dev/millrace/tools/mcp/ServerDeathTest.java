package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.millrace.tools.Calls;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * When a server process ends, hangs or babbles, its calls fail at once and its children go with it.
 */
@ResourceLock(ScriptedProcess.LOCK)
class ServerDeathTest {
  private static final McpLimits HASTY =
      new McpLimits(Duration.ofMillis(700), 256, 16 * 1024, 256 * 1024, 1 << 20);

  @Test
  @Tag("G17")
  @Timeout(30)
  void whenItDiesAllCallsFailAtOnceAndLaterOnesToo() throws Exception {
    try (var server = McpServer.stdio("d", ScriptedProcess.command("plain")).connect();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = Calls.of(server.tools());
      var hanging =
          IntStream.range(0, 20)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> calls.call("d__hang"), threads))
              .toList();
      Eventually.says(calls, "d__hanging", "20");
      assertThat(calls.call("d__die").isRefused().text())
          .isEqualTo(
              "The MCP server \"d\" ended (exit code 7); none of its tools can be called any more.");
      hanging.forEach(call -> assertThat(call.join().isRefused().text()).contains("exit code 7"));
      assertThat(calls.call("d__echo").isRefused().text()).contains("exit code 7");
    }
  }

  @Test
  @Tag("G17")
  @Timeout(30)
  void whenItClosesItsOutputItIsGone() throws Exception {
    try (var server = McpServer.stdio("d", ScriptedProcess.command("plain")).connect()) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("d__silence").isRefused().text()).contains("stopped talking");
    }
  }

  @Test
  @Tag("G18")
  @Timeout(30)
  void endlessNoiseIsTheEnd() throws Exception {
    try (var server = McpServer.stdio("d", ScriptedProcess.command("plain")).connect()) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("d__endless_noise").isRefused().text()).contains("stopped talking");
    }
  }

  @Test
  @Timeout(30)
  void anAnswerThatIsTooLongFailsItsCallAndNoLaterOne() throws Exception {
    var limits = new McpLimits(Duration.ofSeconds(30), 256, 16 * 1024, 256 * 1024, 1 << 20);
    var builder = McpServer.stdio("d", ScriptedProcess.command("plain")).limits(limits);
    try (var server = builder.connect()) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("d__long").isRefused().text()).contains("more than 1,048,576 bytes");
      assertThat(calls.call("d__echo", "text", "still here").isFine().text())
          .isEqualTo("still here");
    }
  }

  @Test
  void aServerThatEndsInsteadOfAnsweringIsAnErrorWithItsLastWordsAsTheCause() {
    assertThatIOException()
        .isThrownBy(McpServer.stdio("d", ScriptedProcess.command("exit"))::connect)
        .withMessageContaining("exit code 3")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("/secret"))
        .withStackTraceContaining("no licence found\\u001b[31m in /secret/place");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    assertThatIOException()
        .isThrownBy(McpServer.stdio("d", ScriptedProcess.command("silent")).limits(HASTY)::connect)
        .withMessageContaining("did not answer within 1 s");
  }

  @Test
  void aServerOfAnotherAgeIsRefused() {
    assertThatIOException()
        .isThrownBy(McpServer.stdio("d", ScriptedProcess.command("ancient"))::connect)
        .withMessageContaining("1999-01-01");
  }

  @Test
  @Tag("G18")
  void tenMegabytesOnStandardErrorBeforeTheFirstAnswerBlockNothing() throws IOException {
    try (var server = McpServer.stdio("d", ScriptedProcess.command("loud")).connect()) {
      assertThat(server.tools()).isNotEmpty();
    }
  }

  @Test
  void closingEndsWhatTheServerStarted() throws Exception {
    long child;
    try (var server = McpServer.stdio("d", ScriptedProcess.command("plain")).connect()) {
      child = Long.parseLong(Calls.of(server.tools()).call("d__children").isFine().text());
      assertThat(ProcessHandle.of(child)).hasValueSatisfying(p -> assertThat(p.isAlive()).isTrue());
      server.close();
    }
    var left = ProcessHandle.of(child);
    if (left.isPresent()) {
      left.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  @Timeout(30)
  void aServerThatDoesNotEndIsMadeTo() throws IOException {
    McpServer.stdio("d", ScriptedProcess.command("stubborn")).connect().close();
  }

  @Test
  @Timeout(30)
  void closingFailsTheCallsThatRun() throws Exception {
    var server = McpServer.stdio("d", ScriptedProcess.command("plain")).connect();
    var calls = Calls.of(server.tools());
    var hanging = CompletableFuture.supplyAsync(() -> calls.call("d__hang"));
    Eventually.says(calls, "d__hanging", "1");
    server.close();
    assertThat(hanging.join().isRefused().text()).contains("was closed");
    assertThat(calls.call("d__echo").isRefused().text()).contains("was closed");
    server.close();
  }

  @Test
  @Timeout(30)
  void anInterruptEndsConnecting() throws Exception {
    var silent = McpServer.stdio("d", ScriptedProcess.command("silent"));
    var told = new CompletableFuture<IOException>();
    var thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                silent.connect().close();
              } catch (IOException e) {
                told.complete(e);
              }
            });
    Thread.sleep(200);
    thread.interrupt();
    assertThat(told.join()).hasMessageContaining("interrupted");
  }
}
