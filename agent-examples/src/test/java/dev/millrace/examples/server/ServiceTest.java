package dev.millrace.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What well-behaved clients and operators get of a chat server. */
class ServiceTest {
  private static final Path DOCS = Path.of(System.getProperty("basedir")).resolve("../docs");

  @TempDir private Path folder;

  @Test
  void thePlainConventionGivesTextAndDone() throws Exception {
    try (var served = Served.answering(folder, Script.of(Reply.says("One ", "two.")));
        var client = new Client(served)) {
      var answer = client.post("/api/chat", "{\"message\": \"Hi\", \"format\": \"text\"}");
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(answer.headers().firstValue("X-Accel-Buffering")).contains("no");
      var data =
          answer
              .body()
              .lines()
              .filter(line -> line.startsWith("data: "))
              .collect(Collectors.toList());
      assertThat(data).last().isEqualTo("data: [DONE]");
      assertThat(data.subList(0, data.size() - 1))
          .allMatch(line -> line.startsWith("data: {\"text\":"));
    }
  }

  @Test
  void aConversationGoesOnAndCallsAreApproved() throws Exception {
    var script =
        Script.of(
            Reply.calls("toolu_1", "write_file", "{\"path\": \"a.txt\", \"content\": \"b\"}"),
            Reply.says("Written."));
    try (var served = Served.answering(folder, script);
        var client = new Client(served)) {
      var asked = client.say("Write");
      var session = Client.session(asked);
      var request =
          Client.events(asked).stream()
              .filter(event -> event.path("event").asString().equals("approval_requested"))
              .findFirst()
              .orElseThrow();
      var wrong =
          client.post(
              "/api/chat/" + session + "/approve",
              "{\"answers\": [{\"tool_use_id\": \"toolu_1\", \"call_hash\": \"0\", \"approve\": {}}]}");
      assertThat(wrong.statusCode()).isEqualTo(409);
      var answered =
          client.post(
              "/api/chat/" + session + "/approve",
              "{\"answers\": [{\"tool_use_id\": \"toolu_1\", \"call_hash\": %s, \"approve\": {}}]}"
                  .formatted(request.path("call_hash")));
      assertThat(answered.body()).contains("tool_finished").contains("Written.");
      assertThat(served.folder().resolve("a.txt")).hasContent("b");
      assertThat(client.get("/api/chat/" + session).body())
          .contains("Written.")
          .contains("\"approvals\":[]");
    }
  }

  @Test
  void onlyTheCallsThatAreAskedAboutAreAnswered() throws Exception {
    var script =
        Script.of(
            Reply.calls("toolu_1", "list_files", "{\"path\": \".\"}")
                .calls("write_file", "{\"path\": \"a.txt\", \"content\": \"b\"}"),
            Reply.says("Written."));
    try (var served = Served.answering(folder, script);
        var client = new Client(served)) {
      var session = Client.session(client.say("Write"));
      var state = Client.json(client.get("/api/chat/" + session));
      assertThat(state.path("approvals")).hasSize(1);
      var request = state.path("approvals").path(0);
      assertThat(request.path("reason").asString()).contains("write_file");
      var answered =
          client.post(
              "/api/chat/" + session + "/approve",
              "{\"answers\": [{\"tool_use_id\": %s, \"call_hash\": %s, \"approve\": {}}]}"
                  .formatted(request.path("tool_use_id"), request.path("call_hash")));
      assertThat(answered.body()).contains("\"name\":\"list_files\",\"is_error\":false");
      assertThat(served.folder().resolve("a.txt")).hasContent("b");
    }
  }

  @Test
  void theMetricsAreThoseOfTheRuns() throws Exception {
    var broken = Reply.says("One ", "two ").cutAfterEvent(3, Cut.RST);
    var whole = Reply.says("One ", "two ", "three.").usage(100, 10, 0, 300);
    try (var served = Served.answering(folder, Script.of(broken, whole));
        var client = new Client(served)) {
      assertThat(client.say("Hi").body()).contains("turn_retried").contains("run_finished");
      var metrics = client.get("/metrics");
      assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain");
      assertThat(metrics.body())
          .contains("agent_streams_total{model=\"claude-opus-5-5\",outcome=\"broken\"} 1.0")
          .contains("agent_streams_total{model=\"claude-opus-5-5\",outcome=\"completed\"} 1.0")
          .contains("agent_streams_recovered_total{model=\"claude-opus-5-5\"} 1.0")
          .contains("agent_turns_total{model=\"claude-opus-5-5\"} 1.0")
          .contains("agent_cache_read_share_sum{model=\"claude-opus-5-5\"} 0.75")
          .contains("agent_runs_active 0.0");
      var documented = Files.readString(DOCS.resolve("service.md"));
      assertThat(metrics.body().lines().filter(line -> line.startsWith("# TYPE agent_")))
          .map(line -> line.split(" ")[2].replaceFirst("_max$", ""))
          .allSatisfy(name -> assertThat(documented).contains("`" + name + "`"));
    }
  }

  @Test
  void theDashboardShowsWhatIsDocumented() throws IOException {
    var documented = Files.readString(DOCS.resolve("service.md"));
    var dashboard = Files.readString(DOCS.resolve("grafana-dashboard.json"));
    assertThat(Pattern.compile("agent_[a-z_]+").matcher(dashboard).results())
        .hasSizeGreaterThan(20)
        .map(MatchResult::group)
        .map(name -> name.replaceFirst("_(bucket|sum|count)$", ""))
        .allSatisfy(name -> assertThat(documented).contains("`" + name + "`"));
  }

  @Test
  void aRunThatIsToldToEndEnds() throws Exception {
    var endless = Reply.says("One ", "two.").stallAfterEvent(3);
    try (var served = Served.answering(folder, Script.of(endless));
        var client = new Client(served)) {
      int port = served.uri().getPort();
      try (var wire = Wire.to(port)) {
        var body = "{\"message\": \"Hi\"}";
        wire.send(
            "POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(port, Served.TOKEN, body.length(), body));
        var session = wire.until("One").replaceAll("(?s).*X-Session-Id: (\\S+).*", "$1");
        var cancelled = client.post("/api/chat/" + session + "/cancel", "{}");
        assertThat(cancelled.statusCode()).isEqualTo(202);
        assertThat(wire.until("run_finished") + wire.until("\n")).contains("cancelled");
        assertThat(client.post("/api/chat/" + session + "/cancel", "{}").body()).contains("false");
      }
    }
  }
}
