package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.feed.EventJson;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
  @TempDir Path folder;

  @Test
  void printsEachEventAsALineOfJsonAndNothingElse() throws Exception {
    Files.writeString(folder.resolve("a.txt"), "x\u2028y\u0085z\n");
    var script =
        Script.of(
            Reply.thinks("Hm")
                .calls("read_file", "{\"path\": \"a.txt\", \"max_lines\": 1.0e1}")
                .calls("read_file", "{\"path\": \"b.txt\"}"),
            Reply.says("Done\n", "\u001b[1m").usage(10, 20, 30, 40));
    try (var server = MessagesServer.start(script)) {
      var asked = new Asked.Command(folder).asking(server).run("--json", "go");

      assertThat(asked.exitCode()).isZero();
      assertThat(asked.out()).doesNotContain("\u001b", "\u2028", "\u0085").endsWith("}\n");
      assertThat(asked.eventNames())
          .startsWith("run_started", "turn_started", "thinking_delta", "tool_input_delta")
          .containsSubsequence("message_completed", "tool_started", "tool_finished", "turn_started")
          .containsSubsequence("text_delta", "message_completed", "run_finished")
          .endsWith("run_finished")
          .containsOnlyOnce("run_finished");

      var finished = asked.event("run_finished");
      assertThat(finished.path("outcome").asString()).isEqualTo("completed");
      assertThat(finished.path("stop_reason").asString()).isEqualTo("end_turn");
      assertThat(finished.path("turns").asInt()).isEqualTo(2);
      assertThat(finished.path("text").asString()).isEqualTo("Done\n\u001b[1m");
      assertThat(finished.path("cost_usd").isNumber()).isTrue();
      assertThat(finished.path("usage").path("cache_read_input_tokens").asInt()).isEqualTo(40);
    }
  }

  @Test
  void putsTheFragmentsOfAnInputTogetherToTheInput() {
    var input = "{\"path\": \"" + "\u00e4\\n".repeat(100) + "\", \"max_lines\": 3}";
    var script = Script.of(Reply.calls("read_file", input), Reply.says("ok"));
    try (var server = MessagesServer.start(script)) {
      var asked = new Asked.Command(folder).asking(server).run("--json", "go");
      var fragments =
          asked.events().stream()
              .filter(event -> event.path("event").asString().equals("tool_input_delta"))
              .map(event -> event.path("partial_json").asString())
              .collect(Collectors.joining());
      assertThat(Asked.JSON.readTree(fragments)).isEqualTo(Asked.JSON.readTree(input));
      var started = asked.event("tool_started");
      assertThat(started.path("input")).isEqualTo(Asked.JSON.readTree(input));
      assertThat(started.path("name").asString()).isEqualTo("read_file");
      assertThat(started.path("tool_use_id").asString()).startsWith("toolu_");
      var finished = asked.event("tool_finished");
      assertThat(finished.path("is_error").asBoolean()).isTrue();
      assertThat(finished.path("text").asString()).isNotEmpty();
      assertThat(finished.path("duration_ms").isNumber()).isTrue();
      assertThat(finished.path("turn").asInt()).isEqualTo(1);
    }
  }

  @Test
  void hasNoRunFinishedWhenTheRunFailed() {
    try (var server =
        MessagesServer.start(request -> Reply.error(400, "invalid_request_error", "no"))) {
      var asked = new Asked.Command(folder).asking(server).run("--json", "go");
      assertThat(asked.exitCode()).isEqualTo(4);
      assertThat(asked.eventNames()).containsExactly("run_started", "turn_started");
      assertThat(asked.err()).contains("400").hasLineCount(1);
    }
  }

  @Test
  void namesTheEventsThatAreRare() {
    var retried =
        new AgentEvent.TurnRetried(
            2, 3, Duration.ofMillis(1_500), new IllegalStateException("\u001bodd"));
    assertThat(EventJson.of(retried, 2).text())
        .startsWith("{\"event\":\"turn_retried\",\"turn\":2,\"attempt\":3,\"delay_ms\":1500.000,")
        .contains("\"cause\":\"internal_error\"");
    var use = new ToolUse("toolu_1", "pay", RawJson.parse("{\"sum\":1.50}"));
    var request = new ApprovalRequest(use, "dear");
    assertThat(EventJson.of(new AgentEvent.ApprovalRequested(request), 1).text())
        .isEqualTo(
            "{\"event\":\"approval_requested\",\"turn\":1,\"tool_use_id\":\"toolu_1\","
                + "\"name\":\"pay\",\"input\":{\"sum\":1.50},\"reason\":\"dear\",\"call_hash\":\""
                + request.callHash()
                + "\"}");
    assertThat(EventJson.of(new AgentEvent.ToolProgress(use, "half"), 1).text())
        .contains("\"event\":\"tool_progress\"", "\"text\":\"half\"");
  }
}
