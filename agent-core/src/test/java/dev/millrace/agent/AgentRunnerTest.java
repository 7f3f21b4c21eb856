package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.client.Effort;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.Thinking;
import dev.millrace.agent.client.ToolChoice;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Responder;
import dev.millrace.testkit.Script;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AgentRunnerTest {
  record City(@Description("City, e.g. Oslo") String city) {}

  record Verdict(boolean guilty, List<String> reasons, Optional<Integer> years) {}

  private static final Tool WEATHER =
      Tool.of("get_weather", "Weather in a city.", City.class, city -> city.city() + ": 21 C");

  @Test
  void goesRoundUntilTheModelIsDoneAndTellsEachStepInOrder() {
    var events = new ArrayList<AgentEvent>();
    var script =
        Script.of(
            Reply.thinks("Oslo.")
                .says("Let me ", "look.")
                .calls("get_weather", "{\"city\":\"Oslo\"}")
                .usage(100, 20),
            Reply.says("It is ", "21 C.").usage(150, 10));
    try (var world = new Served(script)) {
      var result = world.runner().tools(WEATHER).build().run("Weather in Oslo?", events::add);
      world.server.verify();

      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("It is 21 C.");
      assertThat(result.turns()).isEqualTo(2);
      assertThat(result.usage().inputTokens()).isEqualTo(250);
      assertThat(result.usage().outputTokens()).isEqualTo(30);
      assertThat(result.cost()).contains(new BigDecimal("0.0016"));
      assertThat(result.transcript().messages()).hasSize(4);
      assertThat(result.transcript().messages().get(2).toolResults().getFirst().text())
          .isEqualTo("Oslo: 21 C");
      assertThat(kinds(events))
          .containsExactly(
              "RunStarted",
              "TurnStarted",
              "ThinkingDelta",
              "TextDelta",
              "ToolInputDelta",
              "MessageCompleted",
              "ToolStarted",
              "ToolFinished",
              "TurnStarted",
              "TextDelta",
              "MessageCompleted",
              "RunFinished");
    }
  }

  /** The kinds of events in order, neighbours of one kind told once. */
  private static List<String> kinds(List<AgentEvent> events) {
    var kinds = new ArrayList<String>();
    for (var event : events) {
      var kind = event.getClass().getSimpleName();
      if (kinds.isEmpty() || !kinds.getLast().equals(kind)) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  @Test
  void theGrowingInputCanBeSeenWhileItIsWritten() {
    var cities = new ArrayList<String>();
    var reply =
        Reply.message()
            .callsInFragments("toolu_1", "get_weather", "{\"ci", "ty\":\"Os", "lo", "\"}");
    try (var world = new Served(Script.of(reply, Reply.says("Done.")))) {
      world
          .runner()
          .tools(WEATHER)
          .build()
          .run(
              "Weather?",
              event -> {
                if (event instanceof AgentEvent.ToolInputDelta delta) {
                  cities.add(delta.input().snapshot().path("city").asString("-"));
                }
              });
      assertThat(cities).startsWith("-").endsWith("Oslo").contains("Os");
    }
  }

  @Test
  void settingsReachTheRequestAsTheApiNamesThem() {
    try (var world = new Served(Script.of(Reply.says("Fine.")))) {
      world
          .runner()
          .system("Be brief.")
          .maxTokens(2_000)
          .tools(WEATHER.with(ToolTraits.DEFAULT.strict().eager()))
          .serverTools(RawJson.parse("{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}"))
          .thinking(Thinking.adaptive())
          .effort(Effort.LOW)
          .toolChoice(ToolChoice.autoOneAtATime())
          .stopSequences("STOP")
          .betas("compact-2026-09-04")
          .member("metadata", RawJson.parse("{\"user_id\":\"u\"}"))
          .build()
          .run("Hi.", RunListener.NONE);
      var request = world.request(0);
      var body = request.body();
      assertThat(body.path("max_tokens").asInt()).isEqualTo(2_000);
      assertThat(body.path("stream").asBoolean()).isTrue();
      assertThat(body.at("/system/0/text").asString()).isEqualTo("Be brief.");
      assertThat(body.at("/tools/0/strict").asBoolean()).isTrue();
      assertThat(body.at("/tools/0/eager_input_streaming").asBoolean()).isTrue();
      assertThat(body.at("/tools/0/input_schema/required/0").asString()).isEqualTo("city");
      assertThat(body.at("/tools/1/name").asString()).isEqualTo("web_search");
      assertThat(body.at("/thinking/type").asString()).isEqualTo("adaptive");
      assertThat(body.at("/output_config/effort").asString()).isEqualTo("low");
      assertThat(body.at("/tool_choice/disable_parallel_tool_use").asBoolean()).isTrue();
      assertThat(body.at("/stop_sequences/0").asString()).isEqualTo("STOP");
      assertThat(body.at("/metadata/user_id").asString()).isEqualTo("u");
      assertThat(request.header("anthropic-beta")).contains("compact-2026-09-04");
    }
  }

  @Test
  void cacheBreakpointsStandAtTheEndOfTheSystemPromptAndAtTheMovingEnd() {
    try (var world = new Served(Script.of(Reply.says("Fine."), Reply.says("Fine.")))) {
      world.runner().system("Be brief.").tools(WEATHER).build().run("Hi.", RunListener.NONE);
      world.runner().tools(WEATHER).withoutCaching().build().run("Hi.", RunListener.NONE);
      var cached = world.request(0).body();
      assertThat(cached.at("/system/0/cache_control/type").asString()).isEqualTo("ephemeral");
      assertThat(cached.at("/cache_control/type").asString()).isEqualTo("ephemeral");
      assertThat(world.request(1).body().toString()).doesNotContain("cache_control");
    }
  }

  @Test
  void aTurnOfManyCallsGetsABreakpointWhereTheRequestBeforeEnded() {
    MessageReply many = Reply.message();
    for (int i = 0; i < 12; i++) {
      many = many.calls("get_weather", "{\"city\":\"Oslo\"}");
    }
    try (var world = new Served(Script.of(many, Reply.says("Fine.")))) {
      world.runner().system("Be brief.").tools(WEATHER).build().run("Hi.", RunListener.NONE);
      world.server.verify();
      var body = world.request(1).body();
      assertThat(body.at("/messages/0/content/0/cache_control/type").asString())
          .isEqualTo("ephemeral");
    }
  }

  @Test
  void aFinalAnswerOfAFixedShapeIsBoundAndValidated() {
    var json = "{\"guilty\":false,\"reasons\":[\"alibi\"]}";
    try (var world = new Served(Script.of(Reply.says(json), Reply.says("Not guilty!")))) {
      var runner = world.runner().outputFormat(Verdict.class).build();
      var verdict = runner.run("Judge.", RunListener.NONE).as(Verdict.class);
      assertThat(verdict).isEqualTo(new Verdict(false, List.of("alibi"), Optional.empty()));
      assertThat(world.request(0).body().at("/output_config/format/type").asString())
          .isEqualTo("json_schema");

      var prose = runner.run("Judge.", RunListener.NONE);
      assertThatThrownBy(() -> prose.as(Verdict.class))
          .isInstanceOf(InvalidOutputException.class)
          .hasMessageContaining("no Verdict");
    }
  }

  @Test
  @Tag("B11")
  void aPausedTurnOfTheServerIsContinuedWithoutAnyNewText() {
    var search =
        "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"q\"}}";
    var found =
        "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[]}";
    var script =
        Script.of(
            Reply.message().block(search).stops("pause_turn"),
            Reply.message().block(found).says("Found nothing."));
    try (var world = new Served(script)) {
      var runner =
          world
              .runner()
              .serverTools(
                  RawJson.parse("{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}"))
              .build();
      var result = runner.run("Search.", RunListener.NONE);
      world.server.verify();
      assertThat(result.text()).isEqualTo("Found nothing.");
      assertThat(world.request(1).messages()).hasSize(2);
      assertThat(result.transcript().messages()).hasSize(3);
    }
  }

  @Test
  void aRunIsGivenAttributesThatItsToolsSee() {
    var tool =
        Tool.of(
            "who", "Who asks.", Empty.class, (input, context) -> context.attributes().get("user"));
    try (var world = new Served(Script.of(Reply.calls("who", "{}"), Reply.says("Ada.")))) {
      var options = RunOptions.DEFAULT.attributes(Map.of("user", "Ada"));
      var result =
          world
              .runner()
              .tools(tool)
              .build()
              .run(Transcript.of("Who am I?"), RunListener.NONE, options);
      assertThat(result.transcript().messages().get(2).toolResults().getFirst().text())
          .isEqualTo("Ada");
    }
  }

  record Empty() {}

  @Test
  @Tag("I04")
  void aPulledRunWaitsForItsReaderAndLosesNothing() throws InterruptedException {
    var deltas = new String[5_000];
    Arrays.fill(deltas, "x");
    try (var world = new Served(Script.of(Reply.says(deltas)));
        var run = world.runner().build().start(Transcript.of("Count."))) {
      world.server.awaitRequests(1, Duration.ofSeconds(30));
      var text = new StringBuilder();
      for (var event : run) {
        if (event instanceof AgentEvent.TextDelta(var piece)) {
          text.append(piece);
        }
      }
      assertThat(text).hasToString("x".repeat(5_000));
      assertThat(run.result().text()).hasSize(5_000);
    }
  }

  @Test
  @Tag("I08")
  void oneRunnerServesManyRunsAtOnce() throws InterruptedException {
    int runs = 500;
    var done = new CountDownLatch(runs);
    var texts = ConcurrentHashMap.<String>newKeySet();
    try (var world =
        new Served(request ->
            request.toolResults().isEmpty()
                ? Reply.calls("get_weather", "{\"city\":\"" + request.lastUserText() + "\"}")
                : Reply.says(request.toolResults().getLast().text()))) {
      var runner = world.runner().tools(WEATHER).build();
      for (int i = 0; i < runs; i++) {
        var prompt = "city" + i;
        Thread.ofVirtual()
            .start(() -> {
              texts.add(runner.run(prompt, RunListener.NONE).text());
              done.countDown();
            });
      }
      done.await();
      assertThat(texts).hasSize(runs).contains("city0: 21 C", "city499: 21 C");
    }
  }

  @Test
  void settingsThatCannotWorkAreRefusedWithAReason() {
    try (var world = new Served(Script.of())) {
      assertThatThrownBy(() -> world.runner().maxTokens(0).build())
          .hasMessageContaining("maxTokens must be 1 or more, not 0");
      assertThatThrownBy(() -> world.runner().tools(WEATHER, WEATHER))
          .hasMessageContaining("two tools are named \"get_weather\"");
      assertThatThrownBy(() -> Limits.DEFAULT.turns(0)).hasMessageContaining("turns");
      assertThatThrownBy(() -> world.runner().member("messages", RawJson.EMPTY_OBJECT).build())
          .hasMessageContaining("messages is set by the client");
      assertThatThrownBy(() -> Thinking.budget(5)).hasMessageContaining("1,024");
      assertThatThrownBy(() -> Message.user("  ")).hasMessageContaining("blank");
    }
  }

  /** A server and a client of it. */
  private static final class Served implements AutoCloseable {
    private final MessagesServer server;
    private final HttpMessagesClient client;

    Served(Script script) {
      this(MessagesServer.start(script));
    }

    Served(Responder responder) {
      this(MessagesServer.start(responder));
    }

    private Served(MessagesServer server) {
      this.server = server;
      this.client = HttpMessagesClient.builder().apiKey("k").baseUri(server.baseUri()).build();
    }

    AgentRunner.Builder runner() {
      return AgentRunner.builder(client, "claude-opus-5-5");
    }

    RecordedRequest request(int index) {
      return server.requests().get(index);
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }
}
