package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.tools.Calls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a server lists is hostile: a bad tool is left out with a reason, the rest can be used. */
class HostileListTest {
  @Test
  void ofTenThousandToolsTheFirstAreTaken() throws IOException {
    try (var http = ScriptedHttpServer.lists("many");
        var server = connect("s", http)) {
      assertThat(server.tools()).hasSize(256);
      assertThat(server.refused()).hasSize(1);
      assertThat(server.refused().getFirst().reason()).contains("more than 256 tools");
    }
  }

  @Test
  void tenMegabytesOfDescriptionAreCut() throws IOException {
    try (var http = ScriptedHttpServer.lists("huge");
        var server = connect("s", http)) {
      var description = tool(server, "s__huge").description();
      assertThat(description)
          .hasSizeLessThan(16_500)
          .endsWith("9,983,616 more characters cut off]");
      assertThat(names(server)).containsExactly("s__huge", "s__echo");
    }
  }

  @Test
  void aSchemaThatIsTooLongIsRefused() throws IOException {
    try (var http = ScriptedHttpServer.lists("huge-schema");
        var server = connect("s", http)) {
      assertThat(names(server)).containsExactly("s__echo");
      assertThat(reason(server, "wide")).contains("at most 262,144 are allowed");
    }
  }

  @Test
  @Tag("G10")
  void ofToolsWithOneNameNoneIsUsed() throws IOException {
    try (var http = ScriptedHttpServer.lists("doubles");
        var server = connect("s", http)) {
      assertThat(names(server)).containsExactly("s__hang");
      assertThat(server.refused()).hasSize(2).allMatch(refused -> refused.tool().equals("echo"));
    }
  }

  @Test
  @Tag("G10")
  void serversOfTwoNamesDoNotShadowEachOther() throws IOException {
    try (var http = ScriptedHttpServer.lists("plain");
        var a = connect("a", http);
        var b = connect("b", http)) {
      var both = List.of(a.tools(), b.tools()).stream().flatMap(List::stream).toList();
      assertThat(Toolbox.of(both).names()).contains("a__echo", "b__echo");
    }
  }

  @Test
  void oddNamesBecomeNamesThatTheApiTakes() throws IOException {
    try (var http = ScriptedHttpServer.lists("names");
        var server = connect("s", http)) {
      assertThat(Toolbox.of(server.tools()).names())
          .hasSize(8)
          .contains("s____proto__", "s__constructor", "s__a_b_c", "s____")
          .anyMatch(name -> name.matches("s__a_b_c_[0-9a-f]{8}"))
          .anyMatch(name -> name.matches("s__x{52}_[0-9a-f]{8}"))
          .anyMatch(name -> name.matches("s___evil__[0-9a-f]{8}"));
      assertThat(server.refused()).hasSize(2);
      var calls = Calls.of(server.tools());
      assertThat(calls.call("s____proto__").isFine()).isNotNull();
    }
  }

  @Test
  void hostileSchemasAreRefusedOrBounded() throws IOException {
    try (var http = ScriptedHttpServer.lists("schemas");
        var server = connect("s", http)) {
      assertThat(names(server)).contains("s__echo", "s__evil_pattern", "s__recursive");
      assertThat(reason(server, "remote_ref")).contains("nothing is fetched");
      assertThat(reason(server, "file_ref")).contains("nothing is fetched");
      assertThat(reason(server, "deep")).contains("deep");
      assertThat(reason(server, "no_object")).contains("object");
      assertThat(reason(server, "array")).contains("object");
      assertThat(reason(server, "missing")).contains("object");
      assertThat(reason(server, "broken_pattern")).contains("/properties/a/pattern");
      assertThat(reason(server, "bad_keyword")).contains("required");
      assertThat(reason(server, "half_name\\ud83d")).contains("whole characters");
      assertThat(tool(server, "s__half_description").description()).isEqualTo("a\uFFFD");
      assertThat(tool(server, "s__half_schema").inputSchema().json()).contains("\uFFFD");
      assertThat(Toolbox.of(server.tools()).definitions()).hasSameSizeAs(server.tools());
      var calls = Calls.of(server.tools());
      assertThat(calls.call("s__evil_pattern", "a", "a".repeat(40)).isError()).isTrue();
      var nested = "{\"a\":".repeat(100) + "{}" + "}".repeat(100);
      assertThat(calls.call("s__recursive", "a", RawJson.parse(nested))).isNotNull();
    }
  }

  @Test
  void pagesWithoutEndAreGivenUp() throws IOException {
    var few = new McpLimits(Duration.ofSeconds(30), 10, 16 * 1024, 256 * 1024, 1 << 20);
    for (var mode : List.of("endless", "circle")) {
      try (var http = ScriptedHttpServer.lists(mode)) {
        assertThatIOException()
            .isThrownBy(McpServer.http("s", McpEndpoint.of(http.uri())).limits(few)::connect)
            .withMessageContaining("pages without end");
      }
    }
  }

  @Test
  void annotationsAreBelievedOnlyWhenTheCallerSaysSo() throws IOException {
    try (var http = ScriptedHttpServer.lists("plain");
        var server =
            McpServer.http("s", McpEndpoint.of(http.uri()))
                .trustingAnnotations()
                .callTimeout(Duration.ofSeconds(9))
                .connect()) {
      assertThat(server.tools())
          .allMatch(tool -> tool.traits().isReadOnly())
          .allMatch(tool -> tool.traits().timeout().equals(Duration.ofSeconds(9)));
    }
  }

  private static McpServer connect(String name, ScriptedHttpServer http) throws IOException {
    return McpServer.http(name, McpEndpoint.of(http.uri())).connect();
  }

  private static List<String> names(McpServer server) {
    return server.tools().stream().map(Tool::name).toList();
  }

  private static Tool tool(McpServer server, String name) {
    return server.tools().stream()
        .filter(tool -> tool.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String reason(McpServer server, String tool) {
    return server.refused().stream()
        .filter(refused -> refused.tool().equals(tool))
        .map(McpServer.Refused::reason)
        .findFirst()
        .orElse("not refused");
  }
}
