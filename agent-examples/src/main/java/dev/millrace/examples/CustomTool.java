package dev.millrace.examples;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import tools.jackson.databind.JsonNode;

/**
 * A tool by hand: its schema says more than a record could, it works on raw JSON, tells how far it
 * is, stops when it is told to, and fails in words that help the model to go on.
 */
public final class CustomTool {
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.calls("next_prime", "{\"after\": 370261, \"within\": 100}"),
          Reply.calls("next_prime", "{\"after\": 370261, \"within\": 200}"),
          Reply.says("The next prime after 370261 is 370373: ", "a gap of 112."));

  private CustomTool() {}

  /** Finds primes. */
  static final class NextPrime implements Tool {
    @Override
    public String name() {
      return "next_prime";
    }

    @Override
    public String description() {
      return "The next prime number after a number, if there is one within a distance of it.";
    }

    @Override
    public JsonSchema inputSchema() {
      return JsonSchema.of(
          """
          {"type": "object",
           "properties": {
             "after": {"type": "integer", "minimum": 1, "maximum": 1000000000000},
             "within": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
           "required": ["after"], "additionalProperties": false}\
          """);
    }

    @Override
    public ToolTraits traits() {
      return ToolTraits.DEFAULT.readOnly();
    }

    @Override
    public ToolOutput call(JsonNode input, ToolContext context) throws ToolFailure {
      long after = input.path("after").asLong();
      long within = input.path("within").asLong(100);
      for (long candidate = after + 1; candidate <= after + within; candidate++) {
        if (context.cancelSignal().isCancelled()) {
          throw new ToolFailure("Stopped at " + candidate + ".");
        }
        if (isPrime(candidate)) {
          return ToolOutput.text(Long.toString(candidate));
        }
        if ((candidate - after) % 50 == 0) {
          context.progress("no prime up to " + candidate + "\n");
        }
      }
      throw new ToolFailure(
          "There is no prime within "
              + within
              + " of "
              + after
              + ". Ask again with a larger within.");
    }

    private static boolean isPrime(long number) {
      for (long divisor = 2; divisor * divisor <= number; divisor++) {
        if (number % divisor == 0) {
          return false;
        }
      }
      return number > 1;
    }
  }

  public static void main(String[] args) {
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      var runner =
          AgentRunner.builder(endpoint.client(), endpoint.model()).tools(new NextPrime()).build();
      runner.run("Which prime follows 370261, and how far is it?", CustomTool::show);
      System.out.println();
    }
  }

  private static void show(AgentEvent event) {
    switch (event) {
      case AgentEvent.TextDelta delta -> System.out.print(delta.text());
      case AgentEvent.ToolStarted started ->
          System.out.println("calls " + started.use().name() + " " + started.use().input());
      case AgentEvent.ToolProgress progress -> System.out.print(progress.text());
      case AgentEvent.ToolFinished finished ->
          System.out.println(finished.result().isError() ? "failed" : "done");
      default -> {}
    }
  }
}
