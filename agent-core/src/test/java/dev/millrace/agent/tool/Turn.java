package dev.millrace.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.JsonSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A turn's calls and what was told of them; the call of tool {@code x} has the id {@code id-x}. */
final class Turn implements ToolObserver {
  final List<String> told = new ArrayList<>();
  final Cancellation cancellation = new Cancellation();
  Map<String, Object> attributes = Map.of();
  Consumer<String> listener = event -> {};
  private final Thread thread = Thread.currentThread();
  private final ToolCalls calls;
  private final List<ToolUse> uses;

  private Turn(ToolLimits limits, ToolPolicy policy, List<Tool> tools) {
    this.calls = new ToolCalls(Toolbox.of(tools), policy, limits);
    this.uses = tools.stream().map(tool -> use(tool.name(), "{}")).toList();
  }

  static Turn of(Tool... tools) {
    return of(ToolLimits.DEFAULT, tools);
  }

  static Turn of(ToolLimits limits, Tool... tools) {
    return new Turn(limits, ToolPolicy.ALLOW_ALL, Arrays.asList(tools));
  }

  static Turn of(ToolPolicy policy, Tool... tools) {
    return new Turn(ToolLimits.DEFAULT, policy, Arrays.asList(tools));
  }

  static ToolUse use(String name, String input) {
    return new ToolUse("id-" + name, name, RawJson.parse(input.replace('\'', '"')));
  }

  /** What a tool of these tests does. */
  interface Body {
    @Nullable ToolOutput call(ToolContext context) throws Exception;
  }

  static Tool tool(String name, Body body) {
    return tool(name, "{\"type\":\"object\"}", body);
  }

  static Tool tool(String name, String schema, Body body) {
    return new TestTool(name, JsonSchema.of(schema.replace('\'', '"')), body);
  }

  private record TestTool(String name, JsonSchema inputSchema, Body body) implements Tool {
    @Override
    public String description() {
      return "Does " + name + ".";
    }

    @Override
    @SuppressWarnings("NullAway") // what a careless tool may return
    public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
      return body.call(context);
    }
  }

  static Tool says(String name) {
    return tool(name, context -> ToolOutput.text("done " + name));
  }

  List<PreparedCall> prepare() {
    return calls.prepare(uses);
  }

  List<PreparedCall> prepare(ToolUse... others) {
    return calls.prepare(List.of(others));
  }

  /** Runs the calls; each has exactly one result, in order, and was told finished once. */
  ToolCalls.Outcome run() {
    return run(prepare());
  }

  ToolCalls.Outcome run(List<PreparedCall> prepared) {
    var outcome = calls.run(prepared, attributes, this, cancellation);
    assertThat(outcome.results())
        .extracting(ToolResult::toolUseId)
        .containsExactlyElementsOf(prepared.stream().map(call -> call.use().id()).toList());
    return outcome;
  }

  List<String> texts() {
    return texts(run());
  }

  static List<String> texts(ToolCalls.Outcome outcome) {
    return outcome.results().stream().map(ToolResult::text).toList();
  }

  CancelSignal cancelSignal() {
    return cancellation;
  }

  @Override
  public void started(ToolUse use) {
    tell("started " + use.name());
  }

  @Override
  public void progressed(ToolUse use, String text) {
    tell("progressed " + use.name() + ": " + text);
  }

  @Override
  public void finished(ToolUse use, ToolResult result, Duration took) {
    assertThat(took).isGreaterThanOrEqualTo(Duration.ZERO);
    tell("finished " + use.name());
  }

  private void tell(String event) {
    assertThat(Thread.currentThread()).as("the thread that is told").isSameAs(thread);
    told.add(event);
    listener.accept(event);
  }

  /** Waits without obeying interrupts, as a tool may. */
  static void stubbornly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // asked to stop, and does not
      }
    }
  }
}
