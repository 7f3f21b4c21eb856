package dev.millrace.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Responder;
import dev.millrace.testkit.Script;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowFailedException;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs on workers of this process. */
@Execution(ExecutionMode.SAME_THREAD)
class AgentRunsTest {
  private static Engine engine;

  record Key(String key) {}

  @BeforeAll
  static void startEngine() throws Exception {
    engine = Engine.start();
  }

  @AfterAll
  static void stopEngine() throws InterruptedException {
    engine.close();
  }

  private static HttpMessagesClient client(MessagesServer server) {
    return HttpMessagesClient.builder()
        .apiKey("key")
        .baseUri(server.baseUri())
        .retryPolicy(RetryPolicy.NONE)
        .build();
  }

  private static AgentRunner.Builder agent(HttpMessagesClient client, Tool... tools) {
    return AgentRunner.builder(client, "claude-opus-5-5").tools(tools);
  }

  private static Tool lookup() {
    return Tool.of("lookup", "Looks up.", Key.class, key -> "value of " + key.key());
  }

  private static void stop(WorkerFactory worker) {
    worker.shutdownNow();
    worker.awaitTermination(10, TimeUnit.SECONDS);
  }

  @Test
  void aRunCallsToolsAndEndsWithItsAnswer() throws Exception {
    var script =
        Script.of(
                Reply.says("I look.")
                    .calls("a", "lookup", "{\"key\":\"x\"}")
                    .calls("b", "lookup", "{\"key\":1}"))
            .expectToolResult("a", result -> result.text().equals("value of x"))
            .then(Reply.says("It is x."));
    try (var server = MessagesServer.start(script);
        var client = client(server)) {
      var worker = engine.worker(agent(client, lookup()).build(), WorkerSettings.DEFAULT);
      var run = engine.runs().start("calls", "agent", Transcript.of("What is x?"));
      var result = run.result();
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("It is x.");
      assertThat(result.turns()).isEqualTo(2);
      assertThat(result.transcript().messages()).hasSize(4);
      assertThat(result.transcript().messages().get(2).toolResults().get(1).text())
          .contains("does not fit the schema");
      assertThat(result.usage().reported()).isTrue();
      // Two turns of the model, one look at the calls, one call: the other one was refused.
      assertThat(engine.count("calls", EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)).isEqualTo(4);
      stop(worker);
      server.verify();
    }
  }

  @Test
  void aCallThatWaitsForAPersonWaitsWithoutAWorker() throws Exception {
    var calls = Collections.synchronizedList(new ArrayList<String>());
    var pay =
        Tool.of(
                "pay",
                "Pays.",
                Key.class,
                key -> {
                  calls.add(key.key());
                  return "paid";
                })
            .with(ToolTraits.DEFAULT.needingApproval());
    var script = paysOnce();
    try (var server = MessagesServer.start(script);
        var client = client(server)) {
      var worker = engine.worker(agent(client, pay).build(), WorkerSettings.DEFAULT);
      var run = engine.runs().start("approval", "agent", Transcript.of("Pay."));
      while (run.approvals().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      stop(worker);
      worker = engine.worker(agent(client, pay).build(), WorkerSettings.DEFAULT);
      var request = engine.runs().of("approval").approvals().getFirst();
      assertThat(request.use().input().text()).isEqualTo("{\"key\":\"x\"}");
      assertThat(calls).isEmpty();
      assertThatThrownBy(() ->
              run.answer(
                  new dev.millrace.agent.tool.ApprovalRequest(
                          new dev.millrace.agent.message.ContentBlock.ToolUse(
                              "a",
                              "pay",
                              dev.millrace.agent.message.RawJson.parse("{\"key\":\"y\"}")),
                          "")
                      .approve()))
          .hasStackTraceContaining("fits no call that waits");
      run.answer(request.approve());
      assertThat(run.result().text()).isEqualTo("Done.");
      assertThat(calls).containsExactly("x");
      stop(worker);
      server.verify();
    }
  }

  @Test
  void aCancelledRunEndsWithASendableTranscript() throws Exception {
    var started = new CountDownLatch(1);
    var slow =
        Tool.of(
            "slow",
            "Takes long.",
            Key.class,
            (key, context) -> {
              started.countDown();
              TimeUnit.HOURS.sleep(1);
              return "";
            });
    try (var server = MessagesServer.start(Script.of(Reply.calls("a", "slow", "{\"key\":\"x\"}")));
        var client = client(server)) {
      var settings = WorkerSettings.DEFAULT.heartbeat(Duration.ofMillis(600));
      var worker = engine.worker(agent(client, slow).build(), settings);
      var run = engine.runs().start("cancelled", "agent", Transcript.of("Wait."));
      started.await();
      run.cancel();
      var result = run.result();
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
      assertThat(result.transcript().pending()).isEmpty();
      assertThat(result.transcript().last().orElseThrow().toolResults().getFirst().text())
          .startsWith("Cancelled while it was running");
      stop(worker);
      server.verify();
    }
  }

  @Test
  void aFailureOfTheApiFailsTheRunAndNamesIt() throws Exception {
    var refusal = Reply.error(400, "invalid_request_error", "no such thing");
    try (var server = MessagesServer.start(Script.of(refusal));
        var client = client(server)) {
      var worker = engine.worker(agent(client, lookup()).build(), WorkerSettings.DEFAULT);
      var run = engine.runs().start("refused", "agent", Transcript.of("Hi."));
      assertThatThrownBy(run::result)
          .isInstanceOf(WorkflowFailedException.class)
          .hasStackTraceContaining("no such thing")
          .hasStackTraceContaining("InvalidRequestException");
      stop(worker);
    }
  }

  private static final BigDecimal MUCH = new BigDecimal(1_000_000);

  private static final Responder ENDLESS =
      request ->
          request.turn() <= 300
              ? Reply.says("x".repeat(5_000))
                  .calls("call_" + request.turn(), "fill", "{\"key\":\"" + request.turn() + "\"}")
              : Reply.says("Enough.");

  @Test
  void aRunOf300TurnsGoesOnInNewHistories(@TempDir Path folder) throws Exception {
    var fill = Tool.of("fill", "Fills.", Key.class, key -> key.key() + "y".repeat(5_000));
    try (var server =
            MessagesServer.builder().maxBodyBytes(64 << 20).keepRequests(1).start(ENDLESS);
        var client = client(server)) {
      var store = FileBlobStore.in(folder);
      var settings = WorkerSettings.DEFAULT.store(store).historyEvents(1_000);
      var runner =
          agent(client, fill)
              .limits(Limits.DEFAULT.turns(400).toolCalls(400).costUsd(MUCH))
              .build();
      var worker =
          Engine.worker(
              engine.client(),
              engine.queue(),
              runner,
              settings,
              WorkerOptions.getDefaultInstance());
      var run = engine.runs(store).start("long", "agent", Transcript.of("Fill."));
      var result = run.result();
      assertThat(result.outcome()).as(result.detail()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.turns()).isEqualTo(301);
      assertThat(result.transcript().messages()).hasSize(602);
      var last = engine.history("long");
      assertThat(last.getFirst().getWorkflowExecutionStartedEventAttributes())
          .satisfies(begun -> assertThat(begun.getContinuedExecutionRunId()).isNotEmpty());
      long bytes = last.stream().mapToLong(event -> event.getSerializedSize()).sum();
      System.out.printf("last history: %d events, %,d bytes%n", last.size(), bytes);
      assertThat(last.size()).isLessThan(1_100);
      stop(worker);
      server.verify();
    }
  }

  @Test
  void aWorkerOfAnotherVersionSaysSoAndTheRightOneGoesOn() throws Exception {
    var script = Script.of(Reply.calls("a", "pay", "{\"key\":\"x\"}")).then(Reply.says("Done."));
    var pay =
        Tool.of("pay", "Pays.", Key.class, Key::key).with(ToolTraits.DEFAULT.needingApproval());
    try (var server = MessagesServer.start(script);
        var client = client(server)) {
      var worker = engine.worker(agent(client, pay).build(), WorkerSettings.DEFAULT);
      var run = engine.runs().start("versions", "agent", Transcript.of("Pay."));
      while (run.approvals().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      var request = run.approvals().getFirst();
      stop(worker);
      var other = agent(client, pay).system("Another prompt.").build();
      worker = engine.worker(other, WorkerSettings.DEFAULT);
      assertThatThrownBy(run::approvals).hasStackTraceContaining("and this worker has version");
      stop(worker);
      worker = engine.worker(agent(client, pay).build(), WorkerSettings.DEFAULT);
      run.answer(request.approve());
      assertThat(run.result().text()).isEqualTo("Done.");
      stop(worker);
      server.verify();
    }
  }

  private static Script paysOnce() {
    return Script.of(Reply.calls("a", "pay", "{\"key\":\"x\"}"))
        .expectToolResult("a", result -> result.text().equals("paid"))
        .then(Reply.says("Done."));
  }

  /** Steps of a worker whose first calls are for another one. */
  private record Refusing(StepBodies bodies, StepBodies others, AtomicInteger refusals)
      implements StepActivity {
    @Override
    public byte[] run(String kind, byte[] input) {
      boolean isRefused = kind.equals("tool") && refusals.getAndIncrement() < 2;
      return (isRefused ? others : bodies).run(kind, input);
    }
  }

  @Test
  void aCallThatTheWrongWorkerRefusesIsMadeByAnother() throws Exception {
    var calls = Collections.synchronizedList(new ArrayList<String>());
    var pay = Tool.of("pay", "Pays.", Key.class, (Key key) -> calls.add(key.key()) ? "paid" : "");
    var script = paysOnce();
    try (var server = MessagesServer.start(script);
        var client = client(server)) {
      var own = Map.of("agent", agent(client, pay).build().durable());
      var other = Map.of("agent", agent(client, pay).system("Another.").build().durable());
      var settings = WorkerSettings.DEFAULT;
      var factory = WorkerFactory.newInstance(engine.client());
      var worker = factory.newWorker(engine.queue(), Engine.notSticky());
      worker.registerWorkflowImplementationFactory(
          AgentWorkflow.class, () -> new AgentWorkflowRun(own, settings));
      worker.registerActivitiesImplementations(
          new Refusing(
              new StepBodies(own, settings), new StepBodies(other, settings), new AtomicInteger()));
      factory.start();
      var run = engine.runs().start("refused-call", "agent", Transcript.of("Pay."));
      assertThat(run.result().text()).isEqualTo("Done.");
      assertThat(calls).containsExactly("x");
      assertThat(engine.count("refused-call", EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED))
          .isEqualTo(2);
      stop(factory);
      server.verify();
    }
  }

  @Test
  void optionsAreThoseOfTheWorkflow() throws Exception {
    try (var server = MessagesServer.start(Script.of(Reply.says("Done.")));
        var client = client(server)) {
      var worker = engine.worker(agent(client).build(), WorkerSettings.DEFAULT);
      engine.runs().start("options", "agent", Transcript.of("Hi.")).result();
      var begun = engine.history("options").getFirst();
      var timeout = begun.getWorkflowExecutionStartedEventAttributes().getWorkflowTaskTimeout();
      assertThat(timeout.getSeconds()).isEqualTo(2);
      stop(worker);
    }
  }

  @Test
  void whatIsTooLargeIsNamedWithItsStep() throws Exception {
    var big = Tool.of("big", "Gives much.", Key.class, key -> "y".repeat(1_200_000));
    var script =
        Script.of(
            Reply.calls("a", "big", "{\"key\":\"x\"}"), Reply.calls("b", "big", "{\"key\":\"x\"}"));
    try (var server = MessagesServer.start(script);
        var client = client(server)) {
      var runner =
          agent(client, big)
              .toolLimits(new ToolLimits(3_000_000, Duration.ofMillis(200), 100))
              .build();
      var worker = engine.worker(runner, WorkerSettings.DEFAULT);
      var run = engine.runs().start("large", "agent", Transcript.of("Go."));
      assertThatThrownBy(run::result)
          .hasStackTraceContaining("step m/3: the conversation is 2,4")
          .hasStackTraceContaining("store");
      stop(worker);
    }
  }

  @Test
  void whoWaitsForARunSeesItHappen() throws Exception {
    var script =
        Script.of(Reply.says("Hel", "lo.").calls("a", "lookup", "{\"key\":\"x\"}"))
            .then(Reply.says("Done."));
    var bus = new LocalDeltaBus();
    List<AgentEvent> told = new ArrayList<>();
    try (var server = MessagesServer.start(script);
        var client = client(server)) {
      var worker = engine.worker(agent(client, lookup()).build(), WorkerSettings.DEFAULT.bus(bus));
      var result =
          engine
              .runs()
              .run("seen", "agent", Transcript.of("Hi."), bus, told::add, CancelSignal.NEVER);
      assertThat(told)
          .contains(
              new AgentEvent.TurnStarted(1),
              new AgentEvent.TextDelta("Hel"),
              new AgentEvent.TurnStarted(2),
              new AgentEvent.TextDelta("Done."));
      assertThat(told).hasAtLeastOneElementOfType(AgentEvent.ToolFinished.class);
      assertThat(told.getLast()).isEqualTo(new AgentEvent.RunFinished(result));
      stop(worker);
    }
  }

  @Test
  void liveNewsComesWithItsStepAndAttempt() throws Exception {
    var script =
        Script.of(Reply.says("Hel", "lo.").calls("a", "lookup", "{\"key\":\"x\"}"))
            .then(Reply.says("Done."));
    List<Delta> seen = Collections.synchronizedList(new ArrayList<>());
    var bus = new LocalDeltaBus();
    try (var server = MessagesServer.start(script);
        var client = client(server);
        var watching = bus.subscribe("news", seen::add)) {
      var settings = WorkerSettings.DEFAULT.bus(bus);
      var worker = engine.worker(agent(client, lookup()).build(), settings);
      engine.runs().start("news", "agent", Transcript.of("Hi.")).result();
      assertThat(seen)
          .extracting(Delta::step)
          .containsSubsequence("m/1", "m/1", "t/a", "t/a", "m/2");
      assertThat(seen).extracting(Delta::attempt).containsOnly(1);
      assertThat(seen)
          .extracting(delta -> delta.event().text())
          .anySatisfy(event -> assertThat(event).contains("\"text\":\"Hel\""));
      assertThat(Delta.parse(seen.getFirst().json().text())).isEqualTo(seen.getFirst());
      stop(worker);
    }
  }
}
