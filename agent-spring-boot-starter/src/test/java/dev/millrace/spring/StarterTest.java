package dev.millrace.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunOutcome;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The real sample application, used over HTTP. */
class StarterTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aRunWithTheApplicationsToolsIsStreamedByAController() throws Exception {
    var script =
        Script.of(Reply.calls("toolu_1", "get_weather", "{\"city\":\"Oslo\"}"))
            .expectToolResult("get_weather", result -> result.text().equals("Sun over Oslo"))
            .then(Reply.says("Wear a \u2600 hat.\n"));
    try (var sample = Sample.answering(script)) {
      var answer = sample.ask("one", "What should I wear?");
      assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache, no-store");
      assertThat(answer.headers().firstValue("X-Accel-Buffering")).contains("no");
      assertThat(new String(answer.body().readAllBytes(), UTF_8))
          .contains("run_started")
          .contains("tool_started")
          .contains("Wear a \u2600 hat.\\n")
          .contains("run_finished");
      sample.api().verify();
      assertThat(sample.api().requests().getFirst().toolNames())
          .containsExactly("get_weather", "population");
      assertThat(sample.get("/actuator/prometheus").body())
          .contains("agent_turns_total{model=\"claude-opus-5-5\"} 2.0")
          .contains("agent_feed_queue 0.0")
          .contains("gen_ai_invoke_agent_seconds_count");
    }
  }

  @Test
  void aLostStreamGoesOnWhereItWasLost() throws Exception {
    try (var sample = Sample.answering(Script.of(Reply.says("One ", "two ", "three.")))) {
      var all = new String(sample.ask("one", "Count").body().readAllBytes(), UTF_8);
      var ids = all.lines().filter(line -> line.startsWith("id:")).toList();
      var third = ids.get(2).substring(3).strip();
      for (var path : new String[] {"/chats/one", "/functional/one"}) {
        var rest = sample.get(path, "Last-Event-ID", third);
        assertThat(rest.body().lines().filter(line -> line.startsWith("id:")))
            .isEqualTo(ids.subList(3, ids.size()));
        assertThat(rest.headers().firstValue("X-Accel-Buffering")).contains("no");
        assertThat(rest.headers().allValues("Cache-Control"))
            .singleElement()
            .asString()
            .startsWith("no-cache");
        var never = sample.get(path, "Last-Event-ID", third + "0");
        assertThat(never.statusCode()).isEqualTo(400);
        assertThat(sample.get(path).body()).contains("snapshot");
      }
      assertThat(sample.get("/texts/one").body())
          .contains("{\"text\":\"One two three.\"}")
          .endsWith("data:[DONE]\n\n");
    }
  }

  @Test
  void aClientThatLeavesEndsTheRun() throws Exception {
    var endless = Reply.says("One ", "two.").stallAfterEvent(3);
    try (var sample = Sample.answering(Script.of(endless))) {
      var answer = sample.ask("one", "Count");
      try (var lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
        assertThat(lines.lines().anyMatch(line -> line.contains("One "))).isTrue();
      }
      var feed = sample.feeds().find("one").orElseThrow();
      assertThat(feed.result().get().outcome()).isEqualTo(RunOutcome.CANCELLED);
      sample.api().awaitNoConnections(SOON);
    }
  }

  @Test
  void anApplicationThatStopsCancelsItsRuns() throws Exception {
    var endless = Reply.says("One ", "two.").stallAfterEvent(3);
    try (var sample =
        Sample.answering(
            Script.of(endless),
            "--millrace.feed.abandoned=1h",
            "--spring.lifecycle.timeout-per-shutdown-phase=1s")) {
      var answer = sample.ask("one", "Count");
      sample.api().awaitRequests(1, SOON);
      var feed = sample.feeds().find("one").orElseThrow();
      answer.body().close();
      sample.context().close();
      assertThat(feed.result().get().outcome()).isEqualTo(RunOutcome.CANCELLED);
      sample.api().awaitNoConnections(SOON);
    }
  }
}
