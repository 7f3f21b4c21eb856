package dev.millrace.agent.faults;

import static dev.millrace.agent.faults.OwnStreams.begin;
import static dev.millrace.agent.faults.OwnStreams.close;
import static dev.millrace.agent.faults.OwnStreams.delta;
import static dev.millrace.agent.faults.OwnStreams.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.OverloadedException;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that start early keep to what the policy, the limits and a cancel say. */
@Timeout(60)
class EarlyDispatchBoundsTest {
  private static final ToolTraits READ_ONLY = ToolTraits.DEFAULT.readOnly();
  private static final String INPUT = "{\"path\":\"a\"}";

  /** Where the block after the call begins. */
  private static final int NEXT_BLOCK = 4;

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** A call, then a text. */
  private static CutStream call(String id) {
    return CutStream.made(
        "a call",
        OwnStreams.START,
        begin(0, "{'type':'tool_use','id':'" + id + "','name':'look','input':{}}"),
        delta(0, "'type':'input_json_delta','partial_json':'{\\'path\\':\\'a\\'}'"),
        close(0),
        begin(1, "{'type':'text','text':''}"),
        delta(1, "'type':'text_delta','text':'and so on'"),
        close(1),
        end("tool_use"),
        OwnStreams.STOP);
  }

  /** The stream, of which an event is sent only once something was done. */
  private static Reply onlyAfter(Action action, int event, List<byte[]> events) {
    Iterable<byte[]> body =
        () ->
            IntStream.range(0, events.size())
                .mapToObj(i -> {
                  if (i == event) {
                    action.take();
                  }
                  return events.get(i);
                })
                .iterator();
    return Reply.bytes("text/event-stream", body).pace(Duration.ofMillis(1));
  }

  private interface Action {
    void take();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Tool look(World world, World.Body body) {
    return world.tool("look", "path", body).with(READ_ONLY);
  }

  private static Tool look(World world) {
    return world.tool("look", "path").with(READ_ONLY);
  }

  /** Runs until it is told to stop. */
  private Tool patientLook(World world) {
    return look(
        world,
        (input, context) -> {
          context.cancelSignal().onCancel(stopped::countDown);
          started.countDown();
          Thread.sleep(Duration.ofHours(1));
          return ToolOutput.text("never");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theRestOfTheMessageMayWaitForTheTool(boolean readOnly) {
    var ran = new CountDownLatch(1);
    var traits = readOnly ? READ_ONLY : ToolTraits.DEFAULT.repeatable();
    var reply = onlyAfter(() -> await(ran), NEXT_BLOCK + 1, call("toolu_1").frames());
    try (var world = World.scripted(reply, Reply.says("Done."))) {
      World.Body body =
          (input, context) -> {
            ran.countDown();
            return ToolOutput.text("seen");
          };
      var result =
          world.run(world.runner().tools(world.tool("look", "path", body).with(traits)), "Look.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).hasSize(1);
      assertThat(World.lastResults(result.transcript()))
          .containsExactly(ToolResult.of("toolu_1", "seen"));
      assertThat(world.events())
          .filteredOn(event ->
              event instanceof AgentEvent.MessageCompleted
                  || event instanceof AgentEvent.ToolStarted)
          .as("what is told keeps its order")
          .first()
          .isInstanceOf(AgentEvent.MessageCompleted.class);
      world.server().verify();
    }
  }

  @Test
  void aCallThatStillRunsWhenItsMessageBreaksOffIsTheOneOfTheNextAttempt() {
    var again = new CountDownLatch(1);
    var asked = new ArrayList<String>();
    var next = onlyAfter(again::countDown, NEXT_BLOCK + 1, call("toolu_2").frames());
    var broken =
        onlyAfter(() -> await(started), NEXT_BLOCK + 1, call("toolu_1").frames())
            .cutAfterEvent(NEXT_BLOCK + 2, Cut.FIN);
    try (var world = World.recovering(broken, next, Reply.says("Done."))) {
      var look =
          look(
              world,
              (input, context) -> {
                started.countDown();
                again.await();
                return ToolOutput.text("seen");
              });
      var runner =
          world
              .runner()
              .tools(look)
              .policy((use, tool) -> {
                asked.add(use.id());
                return ToolPolicy.allow();
              });
      var result = world.run(runner, "Look.");
      assertThat(world.ran()).containsExactly("toolu_1 " + INPUT);
      assertThat(asked).containsExactly("toolu_1");
      assertThat(World.lastResults(result.transcript()))
          .containsExactly(ToolResult.of("toolu_2", "seen"));
      assertThat(world.events(AgentEvent.ToolStarted.class))
          .extracting(event -> event.use().id())
          .containsExactly("toolu_2");
      assertThat(world.events(AgentEvent.ToolFinished.class))
          .extracting(event -> event.use().id())
          .containsExactly("toolu_2");
      world.server().verify();
    }
  }

  @Test
  void aCallIsToldToStopWhenItsMessageFails() throws Exception {
    var begun = call("toolu_1").frames().subList(0, NEXT_BLOCK + 1);
    var events = new ArrayList<>(begun);
    events.add(
        CutStream.frame(
            "{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}"));
    var reply = onlyAfter(() -> await(started), begun.size(), events);
    try (var world = World.scripted(reply)) {
      var failure = world.failure(world.runner().tools(patientLook(world)), "Look.");
      stopped.await();
      assertThat(failure).hasCauseInstanceOf(OverloadedException.class);
      assertThat(world.events(AgentEvent.ToolStarted.class)).isEmpty();
      World.assertSendable(failure.transcript());
    }
  }

  @Test
  void aCancelStopsTheCallAndLeavesNothing() throws Exception {
    var reply = Reply.calls("look", INPUT).says("and so on").stallAfterEvent(NEXT_BLOCK + 2);
    try (var world = World.scripted(reply)) {
      var cancellation = new Cancellation();
      Thread.ofVirtual()
          .start(() -> {
            await(started);
            cancellation.cancel();
          });
      var result =
          world
              .runner()
              .tools(patientLook(world))
              .build()
              .run(
                  Transcript.of("Look."),
                  RunListener.NONE,
                  RunOptions.DEFAULT.cancelledBy(cancellation));
      stopped.await();
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
      assertThat(result.transcript().messages()).hasSize(1);
      world.server().awaitNoConnections(Duration.ofSeconds(30));
      World.assertSendable(result.transcript());
    }
  }

  /** A policy that lets the first call pass and decides so on all others. */
  private static ToolPolicy once(ToolPolicy.Decision others, List<String> asked) {
    return (use, tool) -> {
      asked.add(use.id());
      return asked.size() == 1 ? ToolPolicy.allow() : others;
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thePolicyDecidesOnEachOfTwoEqualCalls(boolean followed) {
    var calls = Reply.calls("toolu_1", "look", INPUT).calls("toolu_2", "look", INPUT);
    var reply = (followed ? calls.says("and so on") : calls).stops("tool_use");
    try (var world = World.scripted(reply, Reply.says("Done."))) {
      var asked = new ArrayList<String>();
      var policy = once(ToolPolicy.deny("once is enough"), asked);
      var result = world.run(world.runner().tools(look(world)).policy(policy), "Look.");
      assertThat(asked).containsExactly("toolu_1", "toolu_2");
      assertThat(world.ran()).containsExactly("toolu_1 " + INPUT);
      assertThat(World.lastResults(result.transcript()))
          .containsExactly(
              ToolResult.of("toolu_1", "done"),
              ToolResult.error("toolu_2", "Not run, denied: once is enough"));
      world.server().verify();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallThatWaitsForApprovalPausesTheRunAlthoughAnEqualOneMayRun(boolean followed) {
    var calls = Reply.calls("toolu_1", "look", INPUT).calls("toolu_2", "look", INPUT);
    var reply = (followed ? calls.says("and so on") : calls).stops("tool_use");
    try (var world = World.scripted(reply)) {
      var policy = once(ToolPolicy.pause("again?"), new ArrayList<>());
      var result = world.run(world.runner().tools(look(world)).policy(policy), "Look.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.PAUSED);
      assertThat(world.events(AgentEvent.ApprovalRequested.class))
          .extracting(event -> event.request().use().id())
          .containsExactly("toolu_2");
      assertThat(result.transcript().pending())
          .extracting(ToolUse::id)
          .containsExactly("toolu_1", "toolu_2");
    }
  }

  @Test
  void equalCallsOfOneMessageRunOnceEach() {
    var reply = Reply.calls("toolu_1", "look", INPUT).calls("toolu_2", "look", INPUT);
    try (var world = World.scripted(reply, Reply.says("Done."))) {
      world.run(world.runner().tools(look(world)), "Look.");
      assertThat(world.ran()).containsExactlyInAnyOrder("toolu_1 " + INPUT, "toolu_2 " + INPUT);
    }
  }

  @Test
  void nothingStartsAfterACallThatWasDenied() {
    var reply = Reply.calls("look", INPUT).calls("look", "{\"path\":\"b\"}").says("and so on");
    try (var world = World.scripted(reply.cutAfterEvent(10, Cut.FIN))) {
      var runner = world.runner().tools(look(world)).policy((use, tool) -> ToolPolicy.deny("no"));
      world.failure(runner, "Look.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @Test
  void nothingStartsAfterACallWhoseInputIsNoJson() {
    var reply =
        Reply.message()
            .callsInFragments("toolu_1", "look", "{\"path\":", "oops}")
            .calls("look", INPUT)
            .says("and so on");
    try (var world = World.scripted(reply.cutAfterEvent(11, Cut.FIN))) {
      world.failure(world.runner().tools(look(world)), "Look.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @Test
  void noMoreCallsStartThanTheRunMayMake() {
    var reply =
        Reply.calls("look", "{\"path\":\"a\"}")
            .calls("look", "{\"path\":\"b\"}")
            .calls("look", "{\"path\":\"c\"}")
            .says("and so on")
            .stops("tool_use");
    try (var world = World.scripted(reply)) {
      var runner = world.runner().tools(look(world)).limits(Limits.DEFAULT.toolCalls(2));
      var result = world.run(runner, "Look.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.LIMIT_REACHED);
      assertThat(world.ran()).hasSizeLessThanOrEqualTo(2);
      assertThat(world.ran()).noneMatch(call -> call.contains("\"c\""));
    }
  }
}
