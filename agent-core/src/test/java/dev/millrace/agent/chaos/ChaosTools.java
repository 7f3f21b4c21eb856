package dev.millrace.agent.chaos;

import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** Tools that do all that tools may do, and count it. For one run. */
final class ChaosTools {
  static final List<String> NAMES =
      List.of("quick", "slow", "fails", "breaks", "overflows", "silent", "hangs", "deaf", "alone");

  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);

  /** How often a tool was entered, by the id of the call. */
  Map<String, AtomicInteger> calls() {
    return calls;
  }

  /** How many calls have not returned; those that were given up among them. */
  int running() {
    return running.get();
  }

  Tool[] all() {
    return NAMES.stream().map(this::tool).toArray(Tool[]::new);
  }

  private Tool tool(String name) {
    var traits = ToolTraits.DEFAULT.timeout(Duration.ofMillis(80));
    return new ChaosTool(name, name.equals("alone") ? traits.exclusive() : traits, this);
  }

  private ToolOutput call(String name, JsonNode input, ToolContext context) throws Exception {
    calls.computeIfAbsent(context.toolUseId(), id -> new AtomicInteger()).incrementAndGet();
    running.incrementAndGet();
    try {
      return act(name, input, context);
    } finally {
      running.decrementAndGet();
    }
  }

  @SuppressWarnings("NullAway") // a tool that returns null breaks its contract, which is the case
  private ToolOutput act(String name, JsonNode input, ToolContext context) throws Exception {
    switch (name) {
      case "slow" -> {
        for (int i = 0; i < 4; i++) {
          context.progress("step " + i);
          TimeUnit.MILLISECONDS.sleep(3);
        }
      }
      case "fails" -> throw new ToolFailure("the tool says no");
      case "breaks" -> throw new IllegalStateException("broken \ud800 text");
      case "overflows" -> throw new StackOverflowError();
      case "silent" -> {
        return null;
      }
      case "hangs" -> never.await();
      case "deaf" -> ignoreInterrupts(150);
      default -> {}
    }
    return ToolOutput.text(name + " " + input.path("n"));
  }

  private static void ignoreInterrupts(long millis) {
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = 1; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private record ChaosTool(String name, ToolTraits traits, ChaosTools tools) implements Tool {
    @Override
    public String description() {
      return "Does it the " + name + " way.";
    }

    @Override
    public JsonSchema inputSchema() {
      return JsonSchema.of(
          """
          {"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],
           "additionalProperties":false}\
          """);
    }

    @Override
    public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
      return tools.call(name, input, context);
    }
  }
}
