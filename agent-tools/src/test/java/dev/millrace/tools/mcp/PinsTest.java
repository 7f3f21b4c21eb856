package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.Calls;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tool whose description or schema is not the approved one is not used. */
class PinsTest {
  private ScriptedHttpServer http;

  @BeforeEach
  void start() throws IOException {
    http = ScriptedHttpServer.lists("plain");
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void pinsStayTheSameFromStartToStart() throws IOException {
    try (var first = builder().connect();
        var second = builder().pinned(first.pins()).connect()) {
      assertThat(second.pins()).isEqualTo(first.pins()).containsKey("echo");
      assertThat(second.unapproved()).isEmpty();
      assertThat(second.tools()).hasSameSizeAs(first.tools());
    }
  }

  @Test
  void newAndChangedToolsWaitForApproval() throws IOException {
    try (var first = builder().connect()) {
      var pins = new TreeMap<>(first.pins());
      pins.remove("hang");
      pins.put("echo", "0".repeat(64));
      try (var second = builder().pinned(pins).connect()) {
        assertThat(second.unapproved())
            .extracting(McpServer.Unapproved::tool)
            .containsExactlyInAnyOrder("echo", "hang");
        assertThat(second.tools()).noneMatch(tool -> tool.name().matches("s__(echo|hang)"));
        second.unapproved().forEach(tool -> pins.put(tool.tool(), tool.pin()));
        assertThat(pins).isEqualTo(first.pins());
      }
    }
  }

  @Test
  void nothingIsApprovedByNoPins() throws IOException {
    try (var server = builder().pinned(Map.of()).connect()) {
      assertThat(server.tools()).isEmpty();
      assertThat(server.pins()).isEmpty();
      assertThat(server.unapproved()).isNotEmpty();
    }
  }

  @Test
  void aToolThatChangesWhileItIsInUseIsNotCalledAnyMore() throws IOException {
    try (var server = builder().connect()) {
      var calls = Calls.of(server.tools());
      calls.call("s__echo", "text", "before").isFine();
      calls.call("s__change").isFine();
      assertThat(calls.call("s__echo", "text", "after").isRefused().text())
          .contains("changed this tool's description", "operator");
      assertThat(calls.call("s__cancelled").isFine().text()).isEqualTo("0");
      assertThat(server.tools()).noneMatch(tool -> tool.description().contains("IMPORTANT"));
    }
  }

  @Test
  void aToolThatIsWithdrawnIsNotCalledAnyMore() throws IOException {
    try (var server = builder().connect()) {
      var calls = Calls.of(server.tools());
      calls.call("s__vanish").isFine();
      assertThat(calls.call("s__echo", "text", "after").isRefused().text())
          .contains("does not offer this tool any more");
    }
  }

  private McpServerBuilder builder() {
    return McpServer.http("s", McpEndpoint.of(http.uri()));
  }
}
