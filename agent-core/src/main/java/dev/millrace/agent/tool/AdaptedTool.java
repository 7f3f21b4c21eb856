package dev.millrace.agent.tool;

import dev.millrace.agent.schema.JsonSchema;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A tool whose traits or API type were given from outside. */
record AdaptedTool(Tool tool, ToolTraits traits, Optional<String> apiType) implements Tool {
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
  public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
    return tool.call(input, context);
  }
}
