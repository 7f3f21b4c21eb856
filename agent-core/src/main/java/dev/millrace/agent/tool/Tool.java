package dev.millrace.agent.tool;

import dev.millrace.agent.schema.JsonSchema;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Something the model can do. Implement it, or make one from a record and a lambda:
 *
 * <pre>{@code
 * record WeatherQuery(@Description("City, e.g. Oslo") String city) {}
 *
 * var weather = Tool.of("get_weather", "Current weather in a city.", WeatherQuery.class,
 *     query -> forecasts.at(query.city()));
 * }</pre>
 *
 * <p>A tool is called with input that is whole and fits its schema, on a virtual thread of its own;
 * calls of one turn run at the same time unless {@link ToolTraits#isExclusive()}. Long computing
 * belongs on threads of the tool's own, since a virtual thread gives its processor up only when it
 * waits. Name, description, schema and traits are read once, when the tool is put into a {@link
 * Toolbox}.
 */
public interface Tool {
  /** The name that the model calls it by: 1 to 64 letters, digits, underscores and hyphens. */
  String name();

  /** What it does, when to use it and what it gives back; the model chooses by it. */
  String description();

  /** The shape of the input. */
  JsonSchema inputSchema();

  /** How it behaves. */
  default ToolTraits traits() {
    return ToolTraits.DEFAULT;
  }

  /**
   * The type of a tool that the API itself defines, such as {@code bash_20250124}: the model knows
   * description and shape of such a tool without being told, so only type and name are sent, and
   * {@link #inputSchema()} is what its input is checked against. Empty for all other tools.
   */
  default Optional<String> apiType() {
    return Optional.empty();
  }

  /**
   * Does it. Whatever is thrown is told to the model as a failed result; the run goes on.
   *
   * @param input an object that fits the schema; the tool's own to change
   * @throws ToolFailure to choose what the model is told
   * @throws Exception whose message the model is told
   */
  ToolOutput call(JsonNode input, ToolContext context) throws Exception;

  /** The same tool with other traits. */
  default Tool with(ToolTraits traits) {
    return new AdaptedTool(this, Objects.requireNonNull(traits), apiType());
  }

  /** The same tool under a type that the API defines, see {@link #apiType()}. */
  default Tool withApiType(String type) {
    return new AdaptedTool(this, traits(), Optional.of(type));
  }

  /**
   * A tool from a record and a function. The record's components are the input's properties; see
   * {@link JsonSchema#from(Class)} for the types they may have.
   *
   * @param function gives a {@link ToolOutput}, a string, any value that is then told as JSON, or
   *     null for nothing
   */
  static <I> Tool of(String name, String description, Class<I> input, ToolFunction<I> function) {
    return new TypedTool<>(name, description, input, (value, context) -> function.call(value));
  }

  /** A tool from a record and a function that needs the context. */
  static <I> Tool of(
      String name, String description, Class<I> input, ContextualToolFunction<I> function) {
    return new TypedTool<>(name, description, input, function);
  }
}
