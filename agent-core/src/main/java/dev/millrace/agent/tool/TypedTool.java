package dev.millrace.agent.tool;

import dev.millrace.agent.schema.Binding;
import dev.millrace.agent.schema.BindingException;
import dev.millrace.agent.schema.JsonSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A record for the input, a function for the rest. */
final class TypedTool<I> implements Tool {
  private final String name;
  private final String description;
  private final Binding<I> binding;
  private final JsonSchema schema;
  private final ContextualToolFunction<I> function;

  TypedTool(String name, String description, Class<I> input, ContextualToolFunction<I> function) {
    this(name, description, JsonSchema.from(input), Binding.to(input), function);
  }

  TypedTool(
      String name,
      String description,
      JsonSchema schema,
      Binding<I> binding,
      ContextualToolFunction<I> function) {
    this.name = name;
    this.description = description;
    this.schema = schema;
    this.binding = binding;
    this.function = function;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public JsonSchema inputSchema() {
    return schema;
  }

  @Override
  public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
    return output(function.call(bound(input), context));
  }

  private I bound(JsonNode input) throws ToolFailure {
    try {
      return binding.bind(input);
    } catch (BindingException e) {
      throw new ToolFailure(
          "Not run: the input is refused.\n" + e.violation() + "\nCall it again.", e);
    }
  }

  private ToolOutput output(@Nullable Object value) throws ToolFailure {
    return switch (value) {
      case null -> new ToolOutput(List.of());
      case ToolOutput output -> output;
      case CharSequence text -> ToolOutput.text(text.toString());
      default -> ToolOutput.text(json(value));
    };
  }

  /**
   * The tool has done its work by now, so a value that cannot be told is no reason to call again.
   */
  private String json(Object value) throws ToolFailure {
    try {
      return binding.jsonOf(value);
    } catch (BindingException e) {
      throw new ToolFailure(
          "The tool has run, but what it returned cannot be told as JSON: " + e.getMessage(), e);
    }
  }
}
