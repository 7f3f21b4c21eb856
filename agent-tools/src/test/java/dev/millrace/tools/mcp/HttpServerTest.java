package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.RawJson;
import dev.millrace.tools.Calls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is reached by streamable HTTP: its tools can be called, its faults do no harm. */
@Timeout(60)
class HttpServerTest {
  private static final String CANARY = "Bearer canary-77aa";
  private static final McpLimits SMALL =
      new McpLimits(Duration.ofSeconds(20), 256, 16 * 1024, 256 * 1024, 1 << 20);

  @Test
  void toolsAreCalledWhetherTheServerAnswersByJsonOrByEvents() throws IOException {
    try (var json = ScriptedHttpServer.json("");
        var events = ScriptedHttpServer.events()) {
      for (var http : List.of(json, events)) {
        try (var server = connect(http)) {
          var calls = Calls.of(server.tools());
          assertThat(calls.call("h__echo", "text", "hällo 👋\n").isFine().text())
              .isEqualTo("hällo 👋\n");
          assertThat(calls.call("h__fail").isRefused().text()).isEqualTo("no");
        }
      }
    }
  }

  @Test
  void everyRequestCarriesHeadersSessionAndVersion() throws IOException {
    try (var http = ScriptedHttpServer.json("")) {
      try (var server = connect(http)) {
        Calls.of(server.tools()).call("h__echo", "text", "a").isFine();
      }
      assertThat(http.seen()).extracting(ScriptedHttpServer.Seen::method).endsWith("DELETE");
      assertThat(http.seen())
          .allMatch(seen -> CANARY.equals(seen.headers().getFirst("Authorization")));
      var call = http.seen().get(http.seen().size() - 2).headers();
      assertThat(call.getFirst("Mcp-Session-Id")).isEqualTo(ScriptedHttpServer.SESSION);
      assertThat(call.getFirst("MCP-Protocol-Version")).isEqualTo("2025-06-18");
    }
  }

  @Test
  void aHundredCallsAtOnceEachGetTheirOwnAnswer() throws IOException {
    try (var http = ScriptedHttpServer.events();
        var server = connect(http);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = Calls.of(server.tools());
      var all =
          IntStream.range(0, 100)
              .mapToObj(i ->
                  CompletableFuture.supplyAsync(
                      () -> calls.call("h__echo", "text", "number " + i).text(), threads))
              .toList();
      for (int i = 0; i < 100; i++) {
        assertThat(all.get(i).join()).isEqualTo("number " + i);
      }
    }
  }

  @Test
  void credentialsFollowNoRedirect() throws IOException {
    try (var elsewhere = ScriptedHttpServer.json("");
        var http = ScriptedHttpServer.json(elsewhere.uri().toString());
        var server = connect(http)) {
      assertThat(Calls.of(server.tools()).call("h__http_moved").isRefused().text())
          .contains("redirects to another address, which is not followed");
      assertThat(elsewhere.seen()).isEmpty();
    }
  }

  @Test
  void faultsOfOneAnswerFailOneCall() throws IOException {
    try (var http = ScriptedHttpServer.json("");
        var server = McpServer.http("h", McpEndpoint.of(http.uri())).limits(SMALL).connect()) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("h__http_drop").isRefused().text()).contains("broke off");
      assertThat(calls.call("h__http_broken").isRefused().text()).contains("HTTP 500");
      assertThat(calls.call("h__http_denied").isRefused().text()).contains("credentials");
      assertThat(calls.call("h__http_page").isRefused().text()).contains("neither JSON nor events");
      assertThat(calls.call("h__http_junk").isRefused().text()).contains("no message");
      assertThat(calls.call("h__http_long").isRefused().text()).contains("more than 1,048,576");
      assertThat(calls.call("h__http_cut").isRefused().text()).contains("before it had answered");
      assertThat(calls.call("h__echo", "text", "still here").isFine().text())
          .isEqualTo("still here");
    }
  }

  @Test
  void whatDoesNoHarmTwiceIsSentAgainWhenTheConnectionBreaksButACallIsNot() throws IOException {
    try (var http = ScriptedHttpServer.dropsTheFirst();
        var server = connect(http)) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("h__echo", "text", "lost").isRefused().text()).contains("broke off");
      assertThat(calls.call("h__echo", "text", "there").isFine().text()).isEqualTo("there");
      assertThat(http.seen())
          .filteredOn(seen -> seen.method().equals("POST"))
          .extracting(seen -> RawJson.parse(seen.message()).node().path("method").asString())
          .containsExactly(
              "initialize",
              "initialize",
              "notifications/initialized",
              "notifications/initialized",
              "tools/list",
              "tools/list",
              "tools/call",
              "tools/call");
    }
  }

  @Test
  @Tag("G17")
  void anExpiredSessionIsTheEnd() throws IOException {
    try (var http = ScriptedHttpServer.json("");
        var server = connect(http)) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("h__http_expired").isRefused().text()).contains("ended the session");
      assertThat(calls.call("h__echo").isRefused().text()).contains("ended the session");
    }
  }

  @Test
  @Tag("G17")
  void whenItDiesAllCallsFailAtOnceAndLaterOnesToo() throws Exception {
    for (var isEvents : List.of(true, false)) {
      try (var http = isEvents ? ScriptedHttpServer.events() : ScriptedHttpServer.json("");
          var server = connect(http);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var calls = Calls.of(server.tools());
        var hanging =
            IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> calls.call("h__hang"), threads))
                .toList();
        Eventually.says(calls, "h__hanging", "20");
        http.close();
        hanging.forEach(call -> assertThat(call.join().isError()).isTrue());
        assertThat(calls.call("h__echo").isRefused().text()).contains("cannot be reached");
      }
    }
  }

  @Test
  void aCancelEndsTheCallAndTellsTheServer() throws Exception {
    try (var http = ScriptedHttpServer.events();
        var server = connect(http)) {
      var calls = Calls.of(server.tools());
      var cancel = new Cancellation();
      var hanging = CompletableFuture.supplyAsync(() -> calls.call(cancel, "h__hang"));
      Eventually.says(calls, "h__hanging", "1");
      cancel.cancel();
      assertThat(hanging.join().isError()).isTrue();
      Eventually.says(calls, "h__cancelled", "1");
    }
  }

  @Test
  void aServerMayAskForNothingButAPing() throws IOException {
    try (var http = ScriptedHttpServer.events();
        var server = connect(http)) {
      var said = Calls.of(server.tools()).call("h__ask").isFine().text().lines().toList();
      assertThat(said).hasSize(4);
      assertThat(said.subList(0, 3)).allMatch(line -> line.contains("-32601"));
      assertThat(said.get(3)).contains("\"result\":{}");
    }
  }

  @Test
  void progressIsPassedOnAndChangesAreNoticed() throws IOException {
    try (var http = ScriptedHttpServer.events();
        var server = connect(http)) {
      var calls = Calls.of(server.tools());
      assertThat(calls.call("h__slow").isFine().progress()).isEqualTo("step 1\nstep 2\nstep 3\n");
      calls.call("h__change").isFine();
      assertThat(calls.call("h__echo").isRefused().text()).contains("changed this tool");
    }
  }

  @Test
  void aServerOutOfReachSaysWhy() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var nobody = McpEndpoint.of(URI.create("http://127.0.0.1:" + port + "/mcp"));
    assertThatIOException()
        .isThrownBy(McpServer.http("h", nobody)::connect)
        .withMessageContaining("cannot be reached");
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsGivenUp() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var mute = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/mcp");
      var limits = new McpLimits(Duration.ofMillis(300), 1, 100, 100, 10_000);
      assertThatIOException()
          .isThrownBy(McpServer.http("h", McpEndpoint.of(mute)).limits(limits)::connect)
          .withMessageContaining("did not answer within");
    }
  }

  private static McpServer connect(ScriptedHttpServer http) throws IOException {
    var endpoint = McpEndpoint.of(http.uri()).header("Authorization", CANARY);
    return McpServer.http("h", endpoint).connect();
  }
}
