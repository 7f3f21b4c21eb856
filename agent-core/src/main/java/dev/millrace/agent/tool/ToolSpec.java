package dev.millrace.agent.tool;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.JsonSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a {@link Tool} said of itself when it was registered.
 *
 * @param name 1 to 64 letters, digits, underscores and hyphens
 * @param description what the model chooses it by, not blank
 * @param inputSchema the shape of its input
 * @param traits how it behaves
 * @param apiType of a tool that the API defines, else empty
 */
public record ToolSpec(
    String name,
    String description,
    JsonSchema inputSchema,
    ToolTraits traits,
    Optional<String> apiType) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  /**
   * Checks name and description.
   *
   * @throws IllegalArgumentException when the API would refuse the name, or the description is
   *     blank
   */
  public ToolSpec {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "tool name \""
              + printable(name)
              + "\" is refused by the API: use 1 to 64 letters, digits, underscores and hyphens");
    }
    if (description.isBlank()) {
      throw new IllegalArgumentException(
          "tool \"" + name + "\" needs a description: the model chooses tools by it");
    }
  }

  static ToolSpec of(Tool tool) {
    return new ToolSpec(
        tool.name(), tool.description(), tool.inputSchema(), tool.traits(), tool.apiType());
  }

  /** The tool's definition as the API wants it in {@code tools}. */
  public RawJson definition() {
    Map<String, RawJson> members = new LinkedHashMap<>();
    if (apiType.isPresent()) {
      members.put("type", RawJson.ofString(apiType.get()));
      members.put("name", RawJson.ofString(name));
      return RawJson.object(members);
    }
    members.put("name", RawJson.ofString(name));
    members.put("description", RawJson.ofString(description));
    members.put("input_schema", RawJson.parse(inputSchema.json()));
    if (traits.isStrict()) {
      members.put("strict", RawJson.parse("true"));
    }
    if (traits.isEager()) {
      members.put("eager_input_streaming", RawJson.parse("true"));
    }
    return RawJson.object(members);
  }

  private static String printable(String name) {
    var head = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return head.replaceAll("\\p{Cntrl}", "?");
  }
}
