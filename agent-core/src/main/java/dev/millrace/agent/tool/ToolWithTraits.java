package dev.millrace.agent.tool;

import dev.millrace.agent.schema.JsonSchema;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A tool whose traits were changed from outside. */
record ToolWithTraits(Tool tool, ToolTraits traits) implements Tool {
  @Override
  public String name() {
    return tool.name();
  }

  @Override
  public String description() {
    return tool.description();
  }

  @Override
  public JsonSchema inputSchema() {
    return tool.inputSchema();
  }

  @Override
  public Optional<String> apiType() {
    return tool.apiType();
  }

  @Override
  public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
    return tool.call(input, context);
  }
}
