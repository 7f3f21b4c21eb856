package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tools that throw, hang, flood and are called by wrong names, seen from a run. */
@Timeout(120)
class ToolFailuresTest {
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final Duration SHORTLY = Duration.ofMillis(50);

  private final CountDownLatch release = new CountDownLatch(1);

  /** A message that calls a tool so often, each time with another input. */
  private static MessageReply calls(int times, String tool, int from) {
    var reply = Reply.message();
    for (int i = from; i < from + times; i++) {
      reply = reply.calls("toolu_" + i, tool, "{\"path\":\"" + i + "\"}");
    }
    return reply;
  }

  /** Waits whatever it is told. */
  private void stubbornly() {
    while (true) {
      try {
        release.await();
        return;
      } catch (InterruptedException e) {
        // told to stop, and does not
      }
    }
  }

  @Test
  @Tag("G01")
  @Tag("G02")
  void whateverToolsThrowEachCallIsAnsweredInAFewWordsAndTheRunGoesOn() {
    var thrown =
        List.<Throwable>of(
            new IOException("no such disk"),
            new IllegalStateException(),
            new IllegalStateException(new IllegalArgumentException("for " + World.KEY)),
            new StackOverflowError(),
            new NoClassDefFoundError("com/example/Gone"),
            new ExceptionInInitializerError(new IllegalStateException("no settings")),
            new AssertionError("broken invariant"),
            new Error("of its own kind"));
    try (var world =
        World.scripted(calls(thrown.size(), "write", 0), Reply.says("I see what I can do."))) {
      var write =
          world.tool(
              "write",
              "path",
              (input, context) -> {
                switch (thrown.get(Integer.parseInt(input.path("path").asString()))) {
                  case Error error -> throw error;
                  case Throwable other -> throw (Exception) other;
                }
              });
      var result = world.run(world.runner().tools(write), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(World.lastResults(result.transcript()))
          .hasSize(thrown.size())
          .allMatch(ToolResult::isError)
          .extracting(ToolResult::text)
          .allSatisfy(text ->
              assertThat(text)
                  .startsWith("The tool failed: ")
                  .doesNotContain("null", "\tat ", World.KEY)
                  .hasSizeLessThan(200));
      world.server().verify();
      World.assertSendable(result.transcript());
    }
  }

  /** It holds a processor, obeys no interrupt, and is let go only once its result was told. */
  @Test
  @Tag("G03")
  void aToolThatSpinsForEverIsGivenUpAtItsDeadline() {
    var isToldOf = new AtomicBoolean();
    try (var world = World.scripted(calls(1, "spin", 0), Reply.says("Never mind."))) {
      var spin =
          world.tool(
              "spin",
              "path",
              (input, context) -> {
                while (!isToldOf.get()) {
                  Thread.onSpinWait();
                }
                return ToolOutput.text("too late");
              });
      var runner = world.runner().tools(spin.with(ToolTraits.DEFAULT.timeout(SHORTLY))).build();
      var result =
          runner.run("Spin.", event -> isToldOf.compareAndSet(false, isFinishedTool(event)));
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(World.lastResults(result.transcript()).getFirst().text())
          .startsWith("Timed out after 0.05s. It was told to stop but may still be running");
      world.server().verify();
    }
  }

  private static boolean isFinishedTool(AgentEvent event) {
    return event instanceof AgentEvent.ToolFinished;
  }

  @Test
  @Tag("G03")
  void aHundredToolsThatNeverEndEndTheRunWithAnErrorThatSaysSo() {
    try (var world = World.answering(request -> calls(51, "hang", 51 * request.turn()))) {
      var hang =
          world.tool(
              "hang",
              "path",
              (input, context) -> {
                stubbornly();
                return ToolOutput.text("too late");
              });
      var runner = world.runner().tools(hang.with(ToolTraits.DEFAULT.timeout(SHORTLY)));
      var failure = world.failure(runner, "Hang.");
      assertThat(failure)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("102 tool calls outlived their timeouts")
          .hasMessageContaining("ToolLimits.lostThreads");
      assertThat(world.ran()).hasSize(102);
      assertThat(World.lastResults(failure.transcript()))
          .hasSize(51)
          .allSatisfy(result -> assertThat(result.text()).startsWith("Not run: "));
      World.assertSendable(failure.transcript());
    } finally {
      release.countDown();
    }
  }

  @Test
  @Tag("G13")
  void aHundredToolsThatBlockHoldUpNoClockAndNoOtherCall() {
    var turn = calls(100, "block", 0).calls("toolu_100", "write", INPUT);
    try (var world = World.scripted(turn, Reply.says("Most of it blocked."))) {
      var block =
          world.tool(
              "block",
              "path",
              (input, context) -> {
                release.await();
                return ToolOutput.text("never");
              });
      var runner =
          world
              .runner()
              .tools(block.with(ToolTraits.DEFAULT.timeout(SHORTLY)), world.tool("write", "path"));
      var result = world.run(runner, "Block.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      var results = World.lastResults(result.transcript());
      assertThat(results.subList(0, 100))
          .allSatisfy(answer -> assertThat(answer.text()).startsWith("Timed out"));
      assertThat(results.getLast().text()).isEqualTo("done");
      world.server().verify();
    }
  }

  @Test
  @Tag("G05")
  void whatACallTellsFasterThanItIsReadFillsNoMemory() {
    int most = 65_536;
    var hasTold = new CountDownLatch(1);
    try (var world = World.scripted(calls(1, "flood", 0), Reply.says("Dry again."))) {
      var flood =
          world.tool(
              "flood",
              "path",
              (input, context) -> {
                for (int i = 0; i < most; i++) {
                  context.progress("0123456789abcdef".repeat(64));
                }
                hasTold.countDown();
                return ToolOutput.text("told");
              });
      RunListener slow =
          event -> {
            world.events().add(event);
            if (event instanceof AgentEvent.ToolProgress) {
              await(hasTold);
            }
          };
      world.runner().tools(flood).build().run("Flood.", slow);
      var told =
          world.events(AgentEvent.ToolProgress.class).stream()
              .map(AgentEvent.ToolProgress::text)
              .collect(Collectors.joining());
      assertThat(told.length()).as("of 64 Mi characters").isBetween(most, 2 * most);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Tag("G06")
  void ofFiveCallsOneFailsAndOneIsSlowAndAllAreAnsweredInTheirOrder() {
    var others = new CountDownLatch(4);
    try (var world = World.scripted(calls(5, "write", 1), Reply.says("Four of five."))) {
      var write =
          world.tool(
              "write",
              "path",
              (input, context) -> {
                if (input.path("path").asString().equals("3")) {
                  throw new IllegalStateException("no room");
                }
                if (input.path("path").asString().equals("4")) {
                  others.await();
                }
                return ToolOutput.text("wrote " + input.path("path").asString());
              });
      RunListener counting =
          event -> {
            if (isFinishedTool(event)) {
              others.countDown();
            }
          };
      var result = world.runner().tools(write).build().run("Write.", counting);
      assertThat(World.lastResults(result.transcript()))
          .extracting(ToolResult::text)
          .containsExactly("wrote 1", "wrote 2", "The tool failed: no room", "wrote 4", "wrote 5");
      world.server().verify();
    }
  }

  @Test
  @Tag("G07")
  void callsThatChangeOneFileDoSoOneAfterTheOtherInTheirOrder(@TempDir Path folder) {
    var file = folder.resolve("numbers");
    try (var world = World.scripted(calls(50, "append", 0), Reply.says("Fifty lines."))) {
      var append =
          world.tool(
              "append",
              "path",
              (input, context) -> {
                var before = Files.exists(file) ? Files.readString(file) : "";
                LockSupport.parkNanos(1_000);
                Files.writeString(file, before + input.path("path").asString() + "\n");
                return ToolOutput.text("appended");
              });
      world.run(world.runner().tools(append.with(ToolTraits.DEFAULT.exclusive())), "Append.");
      assertThat(file)
          .hasContent(
              IntStream.range(0, 50).mapToObj(Integer::toString).collect(Collectors.joining("\n")));
      world.server().verify();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Write", "WRITE", "write_file", "write-", "write ", "wrıte", "", "*"})
  @Tag("G08")
  void aNameThatIsAlmostRightRunsNothingAndTheModelMayTryAgain(String name) {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", name, INPUT),
            Reply.calls("toolu_2", "write", INPUT),
            Reply.says("Written."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).containsExactly("toolu_2 " + INPUT);
      assertThat(result.transcript().messages().get(2).toolResults().getFirst().text())
          .startsWith("Not run: ");
      world.server().verify();
    }
  }

  @Test
  @Tag("G11")
  void anIdThatAServerUsesInEachTurnIsMadeANewOneAndEachCallRunsOnce() {
    var call = Reply.calls("call_0", "write", INPUT);
    try (var world = World.scripted(call, call, Reply.says("Twice."))) {
      var result = world.run(world.runner(), "Write it twice.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.ran()).containsExactly("call_0 " + INPUT, "call_0_2 " + INPUT);
      World.assertPaired(result.transcript());
      world.server().verify();
    }
  }

  @Test
  @Tag("G12")
  void anIdThatTheApiTakesStaysAsItCame() {
    for (var id : List.of("a", "-", "call_0", "toolu_vrtx_01AbC", "0-9_".repeat(50))) {
      try (var world = World.scripted(Reply.calls(id, "write", INPUT), Reply.says("Written."))) {
        world.run(world.runner(), "Write.");
        assertThat(world.ran()).containsExactly(id + " " + INPUT);
        assertThat(world.server().requests().getLast().toolResults().getFirst().toolUseId())
            .isEqualTo(id);
        world.server().verify();
      }
    }
  }

  /** A tool that calls itself something else each time it is asked. */
  private static final class Fickle implements Tool {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public String name() {
      return "tool_" + asked.getAndIncrement();
    }

    @Override
    public String description() {
      return "Changes, " + name() + ".";
    }

    @Override
    public JsonSchema inputSchema() {
      return JsonSchema.of("{\"type\":\"object\",\"title\":\"" + name() + "\"}");
    }

    @Override
    public ToolOutput call(JsonNode input, ToolContext context) {
      return ToolOutput.text("called");
    }
  }

  @Test
  @Tag("G14")
  void aToolThatChangesIsToTheModelWhatItWasWhenItWasRegistered() {
    var call = Reply.calls("tool_0", INPUT);
    var end = Reply.says("Called twice.");
    try (var world = World.scripted(call, call, end, call, call, end)) {
      var runner = world.runner().tools(new Fickle()).build();
      for (int i = 0; i < 2; i++) {
        var result = runner.run(Transcript.of("Call."), RunListener.NONE);
        assertThat(result.transcript().messages()).hasSize(6);
      }
      var requests = world.server().requests();
      assertThat(requests)
          .allMatch(request ->
              request.body().path("tools").equals(requests.getFirst().body().path("tools")));
      world.server().verify();
    }
  }
}
