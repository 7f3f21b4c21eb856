package dev.millrace.agent.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunObserver;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class AgentTelemetryTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TestObservationRegistry observations = TestObservationRegistry.create();

  private void run(Script script, UnaryOperator<AgentRunner.Builder> set) {
    try (var server = MessagesServer.start(script);
        var client = HttpMessagesClient.builder().baseUri(server.baseUri()).apiKey("k").build()) {
      var builder =
          AgentRunner.builder(client, "claude-opus-5-5")
              .observer(new AgentTelemetry(meters, observations));
      set.apply(builder).build().run("Hello", RunListener.NONE);
    }
  }

  private double count(String name, String... tags) {
    var counter = meters.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void countsWhatCanBeCountedByHand() {
    var script =
        Script.of(
            Reply.says("one ", "two").cutAfterEvent(3, Cut.RST),
            Reply.says("one ", "two ", "three")
                .calls("echo", "{\"text\": \"a\"}")
                .usage(100, 10, 200, 700),
            Reply.says("done").usage(50, 5, 0, 950));
    run(script, builder -> builder.tools(echo()));
    assertThat(count("agent.turns", "model", "claude-opus-5-5")).isEqualTo(2);
    assertThat(count("agent.streams", "outcome", "completed")).isEqualTo(2);
    assertThat(count("agent.streams", "outcome", "broken")).isEqualTo(1);
    assertThat(count("agent.streams.recovered")).isEqualTo(1);
    assertThat(count("agent.retries")).isEqualTo(1);
    assertThat(meters.get("agent.first.token").timer().count()).isEqualTo(3);
    assertThat(meters.get("agent.tool").tags("tool", "echo", "outcome", "success").timer().count())
        .isOne();
    assertThat(
            meters.get("agent.runs").tags("outcome", "completed", "cause", "none").timer().count())
        .isOne();
    assertThat(meters.get("agent.cache.read.share").summary().totalAmount())
        .isCloseTo(0.7 + 0.95, within(1e-9));
    assertThat(meters.get("agent.runs.active").gauge().value()).isZero();
    assertThat(count("agent.tokens", "type", "cache_read")).isEqualTo(700 + 950);
    assertThat(count("agent.cost", "model", "claude-opus-5-5")).isPositive();
  }

  @Test
  void whatGoesOnIsKnownAsLongAsTheRegistryIs() {
    run(Script.of(Reply.says("done")), builder -> builder);
    System.gc();
    assertThat(meters.get("agent.runs.active").gauge().value()).isZero();
    assertThat(meters.get("agent.tools.active").gauge().value()).isZero();
  }

  @Test
  void whatAModelMakesUpMakesNoSeries() {
    run(
        Script.of(
            Reply.calls("toolu_1", "made_up_1", "{}").calls("made_up_2", "{}"),
            Reply.calls("toolu_3", "echo", "{\"text\": \"a\"}"),
            Reply.calls("toolu_4", "echo", "{\"text\": 1}"),
            Reply.says("done")),
        builder -> builder.tools(echo()));
    assertThat(
            meters.get("agent.tool").timers().stream()
                .map(timer -> timer.getId().getTag("tool") + " " + timer.getId().getTag("outcome")))
        .containsExactlyInAnyOrder("unknown error", "echo success", "echo error");
  }

  @Test
  void countsWhatFails() {
    var refusal = Reply.error(401, "authentication_error", "no");
    assertThatThrownBy(() -> run(Script.of(refusal), builder -> builder))
        .isInstanceOf(RunFailedException.class);
    assertThat(
            meters
                .get("agent.runs")
                .tags("outcome", "failed", "cause", "authentication_error")
                .timer()
                .count())
        .isOne();
    assertThat(count("agent.streams", "outcome", "broken")).isOne();
    TestObservationRegistryAssert.assertThat(observations)
        .hasObservationWithNameEqualTo("gen_ai.invoke_agent")
        .that()
        .hasError()
        .hasHighCardinalityKeyValue("error.type", "authentication_error");
  }

  @Test
  void spansAreThoseOfTheConventions() {
    var inTool = new AtomicReference<String>();
    var tool =
        Tool.of(
            "look",
            "Looks",
            Nothing.class,
            nothing -> {
              var current = requireNonNull(observations.getCurrentObservation());
              inTool.set(requireNonNull(current.getContext().getContextualName()));
              return "seen";
            });
    run(
        Script.of(Reply.calls("toolu_7", "look", "{}"), Reply.says("done")),
        builder -> builder.tools(tool));
    assertThat(inTool).hasValue("execute_tool look");
    TestObservationRegistryAssert.assertThat(observations)
        .hasNumberOfObservationsWithNameEqualTo("gen_ai.chat", 2)
        .hasObservationWithNameEqualTo("gen_ai.execute_tool")
        .that()
        .hasHighCardinalityKeyValue("gen_ai.tool.call.id", "toolu_7")
        .hasParentObservationContextMatching(
            parent -> "invoke_agent".equals(parent.getContextualName()))
        .hasBeenStopped();
    TestObservationRegistryAssert.assertThat(observations)
        .hasObservationWithNameEqualTo("gen_ai.invoke_agent")
        .that()
        .hasLowCardinalityKeyValue("gen_ai.provider.name", "anthropic")
        .hasHighCardinalityKeyValue("millrace.outcome", "completed")
        .hasBeenStopped();
    assertThat(observations.getCurrentObservation()).isNull();
  }

  @Test
  void theLogsContextIsThatOfTheRunInToolsToo() {
    var seen = new AtomicReference<String>();
    var tool =
        Tool.of(
            "look",
            "Looks",
            Nothing.class,
            nothing -> {
              seen.set(String.valueOf(MDC.get("request")));
              return "seen";
            });
    try (var context = MDC.putCloseable("request", "r-1")) {
      run(Script.of(Reply.calls("look", "{}"), Reply.says("done")), builder -> builder.tools(tool));
    }
    assertThat(seen).hasValue("r-1");
  }

  @Test
  void anObserverThatFailsHarmsNoRun() {
    run(
        Script.of(Reply.says("done")),
        builder ->
            builder
                .observer((model, session) -> {
                  throw new IllegalStateException("begins");
                })
                .observer((model, session) -> new Failing()));
    assertThat(meters.get("agent.runs").tags("outcome", "completed").timer().count()).isOne();
  }

  private static final class Failing implements RunObserver.Observation {
    @Override
    public void on(AgentEvent event) {
      throw new IllegalStateException("on");
    }
  }

  private static Tool echo() {
    return Tool.of("echo", "Echoes", Echo.class, Echo::text);
  }

  record Echo(String text) {}

  record Nothing() {}
}
