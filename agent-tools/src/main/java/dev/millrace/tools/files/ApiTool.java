package dev.millrace.tools.files;

import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A tool under the type that the API has defined for it.
 *
 * @param type of which the model knows description and shape
 */
record ApiTool(Tool tool, String type) implements Tool {
  @Override
  public Optional<String> apiType() {
    return Optional.of(type);
  }

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
  public ToolTraits traits() {
    return tool.traits();
  }

  @Override
  public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
    return tool.call(input, context);
  }
}
