package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.tools.Calls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The reference servers of the protocol's authors, which the property {@code mcp.servers} names the
 * folder of, work with this client.
 */
@ResourceLock(ScriptedProcess.LOCK)
class ThirdPartyServersTest {
  private static final String SERVERS = System.getProperty("mcp.servers", "");

  @BeforeEach
  void needsServersAndNode() {
    assumeTrue(!SERVERS.isBlank(), "-Dmcp.servers=FOLDER names no installed servers");
    assumeTrue(hasNode(), "node is not on the path");
  }

  @Test
  void theFilesystemServerListsReadsAndWrites(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("a.txt"), "hello");
    var root = folder.toRealPath();
    try (var server = McpServer.stdio("fs", script("filesystem", root.toString())).connect()) {
      assertThat(server.refused()).isEmpty();
      var calls = Calls.of(server.tools());
      assertThat(calls.call("fs__list_directory", "path", root.toString()).isFine().text())
          .contains("[FILE] a.txt");
      assertThat(calls.call("fs__read_text_file", "path", root + "/a.txt").isFine().text())
          .isEqualTo("hello");
      calls.call("fs__write_file", "path", root + "/b.txt", "content", "written").isFine();
      assertThat(root.resolve("b.txt")).hasContent("written");
      assertThat(calls.call("fs__read_text_file", "path", "/etc/passwd").isError()).isTrue();
    }
  }

  @Test
  void theServerOfEverythingWorksByStdio() throws Exception {
    try (var server = McpServer.stdio("all", script("everything", "stdio")).connect()) {
      assertThat(server.refused()).isEmpty();
      try (var again =
          McpServer.stdio("all", script("everything", "stdio")).pinned(server.pins()).connect()) {
        assertThat(again.unapproved()).isEmpty();
      }
      exercise(server);
    }
  }

  @Test
  void theServerOfEverythingWorksByHttp() throws Exception {
    int port = freePort();
    var process =
        new ProcessBuilder(script("everything", "streamableHttp").words())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    process.environment().put("PORT", String.valueOf(port));
    var running = process.start();
    try (var server = reached(URI.create("http://127.0.0.1:" + port + "/mcp"))) {
      exercise(server);
    } finally {
      running.destroyForcibly().waitFor();
    }
  }

  private static void exercise(McpServer server) {
    assertThat(Toolbox.of(server.tools()).names()).contains("all__echo");
    var calls = Calls.of(server.tools());
    assertThat(calls.call("all__echo", "message", "hi").isFine().text()).isEqualTo("Echo: hi");
    assertThat(calls.call("all__get-sum", "a", 2, "b", 40).isFine().text()).contains("42");
    assertThat(calls.call("all__get-tiny-image").isFine().content())
        .hasAtLeastOneElementOfType(Image.class);
    assertThat(calls.call("all__get-structured-content", "location", "Chicago").isFine().text())
        .contains("temperature");
    assertThat(calls.call("all__get-env").isFine().text()).contains("PATH");
    var slow =
        calls.call("all__trigger-long-running-operation", "duration", 1, "steps", 2).isFine();
    assertThat(slow.progress()).isNotBlank();
    var cancel = new Cancellation();
    var cancelled =
        CompletableFuture.supplyAsync(() ->
            calls.call(cancel, "all__trigger-long-running-operation", "duration", 60, "steps", 2));
    cancel.cancel();
    assertThat(cancelled.join().isError()).isTrue();
  }

  private static McpServer reached(URI uri) throws Exception {
    for (int i = 0; ; i++) {
      try {
        return McpServer.http("all", McpEndpoint.of(uri)).connect();
      } catch (IOException e) {
        if (i == 100) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  private static McpCommand script(String server, String argument) {
    var file = "node_modules/@modelcontextprotocol/server-" + server + "/dist/index.js";
    return McpCommand.of("node", Path.of(SERVERS).resolve(file).toString(), argument);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean hasNode() {
    for (var folder : System.getenv("PATH").split(java.io.File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, "node"))) {
        return true;
      }
    }
    return false;
  }
}
