package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.Document;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.tools.Calls;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A server that is a child process: its tools can be called, and its faults do no harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ScriptedProcess.LOCK)
class StdioServerTest {
  private McpServer server;
  private Calls calls;

  @BeforeAll
  void connect() throws IOException {
    server = McpServer.stdio("s", ScriptedProcess.command("plain")).connect();
    calls = Calls.of(server.tools());
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void toolsAreCalledByPrefixedNames() {
    assertThat(calls.call("s__echo", "text", "hällo 👋\n").isFine().text()).isEqualTo("hällo 👋\n");
  }

  @Test
  void aHundredCallsAtOnceEachGetTheirOwnAnswer() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 100)
              .mapToObj(i ->
                  CompletableFuture.supplyAsync(
                      () -> calls.call("s__echo", "text", "number " + i).text(), threads))
              .toList();
      for (int i = 0; i < 100; i++) {
        assertThat(all.get(i).join()).isEqualTo("number " + i);
      }
    }
  }

  @Test
  @Tag("G18")
  void tenMegabytesOnStandardErrorBlockNothing() {
    assertThat(calls.call("s__stderr").isFine().text()).isEqualTo("flooded");
  }

  @Test
  @Tag("G18")
  void whatIsNoMessageIsSkipped() {
    assertThat(calls.call("s__noise").isFine().text()).isEqualTo("through");
  }

  @Test
  void aFailureIsTheServersText() {
    assertThat(calls.call("s__fail").isRefused().text()).isEqualTo("no");
    assertThat(calls.call("s__refuse").isRefused().text())
        .isEqualTo("The MCP server \"s\" refused: no (error -32602)");
    assertThat(calls.call("s__nonsense").isRefused().text()).contains("no tool result");
  }

  @Test
  void contentIsTakenAsFarAsTheModelCanSeeIt() {
    var answer = calls.call("s__kinds").isFine();
    assertThat(answer.content()).hasAtLeastOneElementOfType(Image.class);
    assertThat(answer.content()).hasAtLeastOneElementOfType(Document.class);
    assertThat(answer.text())
        .isEqualTo(
            """
            a
            [image of type image/png, left out: it is not base64]
            [image of type image/bmp and about 3 bytes, left out]
            [audio of type audio/wav and about 3 bytes, left out]
            [resource file:///a]
            b
            [a link to the resource file:///c ]
            [content of the unknown kind "hologram", left out]\
            """);
    assertThat(calls.call("s__half").isFine().text()).isEqualTo("cut \uFFFD");
    assertThat(calls.call("s__structured").isFine().text()).isEqualTo("{\"degrees\":7}");
  }

  @Test
  void aServerMayAskForNothingButAPing() {
    assertThat(calls.call("s__ask").isFine().text().lines().toList())
        .hasSize(4)
        .satisfies(said -> {
          assertThat(said.subList(0, 3)).allMatch(line -> line.contains("-32601"));
          assertThat(said.get(3)).contains("\"result\":{}");
        });
  }

  @Test
  void progressIsPassedOn() {
    assertThat(calls.call("s__slow").isFine().progress()).isEqualTo("step 1\nstep 2\nstep 3\n");
  }

  @Test
  void annotationsAreNotBelieved() {
    assertThat(server.tools()).noneMatch(tool -> tool.traits().isReadOnly());
  }

  @Test
  void aServerOutOfReachSaysWhy() {
    var missing = McpServer.stdio("s", McpCommand.of("/nonexistent/server"));
    assertThatIOException().isThrownBy(missing::connect).withMessageContaining("/nonexistent");
  }

  @Test
  void namesThatBlurWhereAServerEndsAreRefused() {
    for (var name : new String[] {"", "a__b", "_a", "a_", "a b", "x".repeat(33), "é"}) {
      assertThatIllegalArgumentException()
          .as(name)
          .isThrownBy(() -> McpServer.stdio(name, McpCommand.of("x")));
    }
  }

  @Test
  void aCancelEndsTheCallAndTellsTheServer() throws Exception {
    try (var own = McpServer.stdio("c", ScriptedProcess.command("plain")).connect()) {
      var ownCalls = Calls.of(own.tools());
      var cancel = new Cancellation();
      var hanging = CompletableFuture.supplyAsync(() -> ownCalls.call(cancel, "c__hang"));
      Eventually.says(ownCalls, "c__hanging", "1");
      cancel.cancel();
      assertThat(hanging.join().isError()).isTrue();
      Eventually.says(ownCalls, "c__cancelled", "1");
    }
  }

  @Test
  void aCallTimesOutByItself() throws Exception {
    var builder = McpServer.stdio("t", ScriptedProcess.command("plain"));
    try (var own = builder.callTimeout(Duration.ofMillis(300)).connect()) {
      var ownCalls = Calls.of(own.tools());
      assertThat(ownCalls.call("t__hang").isError()).isTrue();
      Eventually.says(ownCalls, "t__cancelled", "1");
    }
  }
}
