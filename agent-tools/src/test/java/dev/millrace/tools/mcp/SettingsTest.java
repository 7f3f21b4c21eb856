package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.tools.Calls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a caller gives a server is all that it gets, and is shown to nobody else. */
@ResourceLock(ScriptedProcess.LOCK)
class SettingsTest {
  private static final String CANARY = "canary-5e1f";

  @Test
  void aServerSeesNoEnvironmentButWhatItIsGiven(@TempDir Path directory) throws IOException {
    var command = ScriptedProcess.command("plain").environment("TOKEN", CANARY).in(directory);
    try (var server = McpServer.stdio("s", command).connect()) {
      var seen = Calls.of(server.tools()).call("s__env").isFine().text();
      var names = List.of(seen.substring(1, seen.length() - 1).split(", "));
      assertThat(seen).contains("TOKEN=" + CANARY);
      assertThat(names).allMatch(name -> name.matches("(PATH|HOME|LANG|TOKEN)=.*"));
      assertThat(System.getenv()).hasSizeGreaterThan(names.size());
    }
  }

  @Test
  void secretsAreNotShown() {
    assertThat(McpCommand.of("a", CANARY).environment("TOKEN", CANARY)).hasToString("a [TOKEN]");
    assertThat(
            McpEndpoint.of(URI.create("https://h/mcp?key=" + CANARY))
                .header("Authorization", CANARY))
        .hasToString("https://h/mcp [Authorization]");
  }

  @Test
  void commandsThatCannotBeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> McpCommand.of());
    assertThatIllegalArgumentException().isThrownBy(() -> McpCommand.of(" "));
    for (var name : List.of("", "A=B", "A\0")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> McpCommand.of("a").environment(name, "b"));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> McpCommand.of("a").environment("A", "\0"));
  }

  @Test
  void addressesThatCannotBeAreRefused() {
    for (var address :
        List.of("ftp://h/", "/mcp", "https:h", "https://u:p@h/", "https://h/#f", "http:///x")) {
      assertThatIllegalArgumentException()
          .as(address)
          .isThrownBy(() -> McpEndpoint.of(URI.create(address)));
    }
  }

  @Test
  void headersAreNotSentUnencryptedNorInPlaceOfOurOwn() {
    var remote = McpEndpoint.of(URI.create("http://example.com/mcp"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> remote.header("Authorization", "x"))
        .withMessageContaining("https");
    for (var local : List.of("http://localhost:1/", "http://127.0.0.1/", "http://[::1]/")) {
      assertThat(McpEndpoint.of(URI.create(local)).header("Authorization", "x")).isNotNull();
    }
    var secure = McpEndpoint.of(URI.create("https://example.com/mcp"));
    for (var header :
        Map.of("Host", "x", "mcp-session-id", "x", "A", "x\r\nB: y", "A B", "x", "C", "é")
            .entrySet()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> secure.header(header.getKey(), header.getValue()));
    }
  }

  @Test
  void limitsHaveLimits() {
    var second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new McpLimits(Duration.ZERO, 1, 100, 100, 10_000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new McpLimits(second, 1_001, 100, 100, 10_000));
    assertThatIllegalArgumentException().isThrownBy(() -> new McpLimits(second, 1, 0, 100, 10_000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> McpServer.stdio("s", McpCommand.of("a")).callTimeout(Duration.ZERO));
  }
}
