package dev.millrace.agent.corpora;

import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolOutput;
import tools.jackson.databind.JsonNode;

/** A tool of a given name and schema that does what it is told in one line. */
public record PermissiveTool(String name, JsonSchema inputSchema, Body body) implements Tool {
  /** A tool that takes any object. */
  public PermissiveTool(String name, Body body) {
    this(name, JsonSchema.of("{\"type\":\"object\"}"), body);
  }

  @Override
  public String description() {
    return "Does what the test says.";
  }

  @Override
  public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
    return body.call(input, context);
  }

  /** What the tool does. */
  @FunctionalInterface
  public interface Body {
    ToolOutput call(JsonNode input, ToolContext context) throws Exception;
  }
}
