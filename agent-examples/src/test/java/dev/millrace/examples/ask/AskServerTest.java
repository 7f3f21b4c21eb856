package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With ANTHROPIC_BASE_URL: any server that speaks the protocol, well or badly. */
class AskServerTest {
  @TempDir Path folder;

  private Asked ask(MessagesServer server, String... arguments) {
    return new Asked.Command(folder).asking(server).run(arguments);
  }

  private Asked ask(Reply reply, String... arguments) {
    try (var server = MessagesServer.start(request -> reply)) {
      return ask(server, arguments);
    }
  }

  private static void assertFailed(Asked asked, String... parts) {
    assertThat(asked.exitCode()).isEqualTo(4);
    assertThat(asked.err()).contains(parts).contains("ask: failed in turn 1: ");
    assertThat(asked.err()).doesNotContain("sk-ant-secret", "\tat ").doesNotContain("Exception");
  }

  @Test
  void streamsTheAnswerAndSumsUp() {
    var script =
        Script.of(Reply.thinks("Hm, ", "so.").says("Hello ", "world").usage(1_200, 34, 56, 78))
            .expectUserText("say hello");
    try (var server = MessagesServer.start(script.then(Reply.says("never")))) {
      var asked = ask(server, "say", "hello");
      assertThat(asked.exitCode()).isZero();
      assertThat(asked.out()).isEqualTo("~ Hm, so.\nHello world\n");
      assertThat(asked.err())
          .startsWith("completed: 1 turn, 0 tool calls; tokens 1,200 in, 34 out, cache 78 read, 56")
          .contains("cost $0.0", "first token after ", "tokens/s")
          .hasLineCount(1);
    }
  }

  @Test
  void sendsWhatTheFlagsSay() {
    try (var server = MessagesServer.start(Script.of(Reply.says("ok")))) {
      ask(
          server,
          "--model=claude-sonnet-5",
          "--system=Be terse.",
          "--max-tokens=77",
          "--thinking",
          "--no-tools",
          "hi");
      var body = server.requests().getFirst().body();
      assertThat(body.path("model").asString()).isEqualTo("claude-sonnet-5");
      assertThat(body.path("max_tokens").asInt()).isEqualTo(77);
      assertThat(body.path("system").toString()).contains("Be terse.");
      assertThat(body.path("thinking").path("type").asString()).isEqualTo("adaptive");
      assertThat(body.has("tools")).isFalse();
      assertThat(server.requests().getFirst().lastUserText()).isEqualTo("hi");
    }
  }

  @Test
  void offersTheFileToolsAndTakesTheModelFromTheEnvironment() {
    try (var server = MessagesServer.start(Script.of(Reply.says("ok")))) {
      new Asked.Command(folder).asking(server).environment("ANTHROPIC_MODEL", "m-1").run();
      var request = server.requests().getFirst();
      assertThat(request.model()).isEqualTo("m-1");
      assertThat(request.toolNames()).containsExactly("list_files", "read_file", "search_files");
      assertThat(request.lastUserText()).isEqualTo("describe this project");
    }
  }

  @Test
  void needsNoKeyForAServerThatNeedsNone() {
    try (var server =
        MessagesServer.builder().withoutRules().start(request -> Reply.says("open"))) {
      var asked =
          new Asked.Command(folder)
              .environment("ANTHROPIC_BASE_URL", server.baseUri() + "/v1/")
              .run("hi");
      assertThat(asked.out()).isEqualTo("open\n");
      assertThat(server.requests().getFirst().header("authorization")).isEmpty();
    }
  }

  @Test
  void failsClearlyWhenNobodyListens() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var asked =
        new Asked.Command(folder)
            .environment("ANTHROPIC_BASE_URL", "http://127.0.0.1:" + port)
            .run();
    assertFailed(asked, "cannot connect to http://127.0.0.1:" + port, "Check the network");
    assertThat(asked.out()).contains("! asked again");
  }

  @Test
  void failsClearlyOnAWebPage() {
    assertFailed(
        ask(Reply.status(200, "text/html", "<html><h1>Welcome</h1></html>")),
        "text/html",
        "ANTHROPIC_BASE_URL");
  }

  @Test
  void failsClearlyOnAWrongKey() {
    assertFailed(
        ask(Reply.error(401, "authentication_error", "invalid x-api-key sk-ant-secret")),
        "401",
        "authentication_error",
        "request id req_",
        "Check ANTHROPIC_API_KEY");
  }

  @Test
  void failsClearlyOnARefusedRequest() {
    assertFailed(
        ask(Reply.error(400, "invalid_request_error", "max_tokens: too \u001b[1mlarge")),
        "400",
        "max_tokens: too",
        "Check --model");
  }

  @Test
  void failsClearlyWhenTheStreamIsCut() {
    var asked = ask(Reply.says("Hel", "lo").cutAfterEvent(4, Cut.FIN));
    assertFailed(asked, "broke off");
    assertThat(asked.out()).contains("Hel");
  }

  @Test
  void failsClearlyWhenTheStreamIsSilent() {
    assertFailed(
        ask(Reply.says("Hel", "lo").stallAfterEvent(4), "--idle-timeout", "200ms"),
        "0.2 s",
        "--idle-timeout");
  }

  @Test
  void failsClearlyWhenNoAnswerBegins() {
    assertFailed(
        ask(Reply.says("x").stallBeforeHeaders(), "--first-byte-timeout=100ms"),
        "0.1 s",
        "--first-byte-timeout");
  }

  @Test
  void tellsAnAnswerThatWasCutOffByMaxTokens() {
    var asked = ask(Reply.says("Once upon a").stops("max_tokens"));
    assertThat(asked.exitCode()).isEqualTo(3);
    assertThat(asked.out()).isEqualTo("Once upon a\n");
    assertThat(asked.err()).startsWith("max_tokens (");
  }

  @Test
  void tellsARefusal() {
    var asked = ask(Reply.says("I").refuses("cyber", "no"));
    assertThat(asked.exitCode()).isEqualTo(3);
    assertThat(asked.err()).startsWith("refused (");
  }

  @Test
  void tellsAFullContextAndAnUnknownStopReason() {
    assertThat(ask(Reply.says("I").stops("model_context_window_exceeded")).exitCode()).isEqualTo(3);
    var unknown = ask(Reply.says("I").stops("tea_time"));
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.err()).contains("unknown_stop_reason", "tea_time");
  }

  @Test
  void tellsTheModelOfAToolThatItDoesNotHave() {
    var script = Script.of(Reply.calls("rm_rf", "{\"path\":\"/\"}"), Reply.says("Oh."));
    try (var server = MessagesServer.start(script)) {
      var asked = ask(server);
      assertThat(asked.exitCode()).isZero();
      assertThat(asked.out()).contains("\u2192 rm_rf path=/\n", "\u2717 rm_rf /", "Oh.");
      server.verify();
    }
  }

  @Test
  void showsNoControlCharactersOfTheModel() {
    var asked = ask(Reply.says("a\u001b[2Jb\rc", "\u202ed").thinks("\u0007"));
    assertThat(asked.out()).contains("a\\u001b[2Jbc\\u202ed").doesNotContain("\u001b", "\u0007");
  }

  @Test
  void isCancelledByAnInterruptInTheMiddleOfAStream() throws IOException {
    var stop = new AtomicReference<Runnable>();
    var out =
        new OutputStream() {
          @Override
          public void write(int b) {
            stop.get().run();
          }
        };
    try (var server = MessagesServer.start(request -> Reply.says("Hel", "lo").stallAfterEvent(4))) {
      var asked =
          new Asked.Command(folder)
              .asking(server)
              .out(out)
              .interrupts(action -> {
                stop.set(action);
                return () -> {};
              })
              .run("--transcript", "t.json", "hi");
      assertThat(asked.exitCode()).isEqualTo(130);
      assertThat(asked.err()).startsWith("cancelled (");
      assertThat(Files.readString(folder.resolve("t.json"))).contains("\"hi\"");
    }
  }

  @Test
  void endsQuietlyWhenNobodyReadsItsOutput() throws IOException {
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    for (var mode : new String[] {"--json", "--thinking"}) {
      try (var server =
          MessagesServer.start(request -> Reply.says("Hel", "lo").stallAfterEvent(5))) {
        var asked =
            new Asked.Command(folder)
                .asking(server)
                .out(closed)
                .run(mode, "--transcript", "t.json", "hi");
        assertThat(asked.exitCode()).isEqualTo(141);
        assertThat(asked.err()).isEmpty();
        assertThat(folder.resolve("t.json")).exists();
      }
    }
  }
}
