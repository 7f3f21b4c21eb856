package dev.millrace.tools.mcp;

import dev.millrace.agent.message.ContentBlock.Text;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A tool as its server lists it, cut to the limits so that a long list does not fill the memory.
 *
 * @param name what the server calls it
 * @param description for the model; not blank
 * @param schema of its input, unchecked; missing when it is too long
 * @param schemaCharacters how long it is
 * @param isSaidToBeReadOnly by the server
 * @param isSaidToBeRepeatable by the server
 * @param pin the fingerprint of all that an approval rests on: name, whole description, schema, and
 *     the annotations, by which a caller may have decided what it may do
 */
record Offer(
    String name,
    String description,
    JsonNode schema,
    int schemaCharacters,
    boolean isSaidToBeReadOnly,
    boolean isSaidToBeRepeatable,
    String pin) {

  /** Reads an element of the list that has this name. */
  static Offer of(String name, JsonNode tool, McpLimits limits) {
    var schema = tool.path("inputSchema");
    int length = schema.toString().length();
    var hints = tool.path("annotations");
    return new Offer(
        name,
        description(name, text(tool, "description"), limits.descriptionCharacters()),
        length <= limits.schemaCharacters() ? schema : JsonNodeFactory.instance.missingNode(),
        length,
        hints.path("readOnlyHint").asBoolean(false),
        hints.path("idempotentHint").asBoolean(false),
        pin(name, tool));
  }

  /** A member as text that can be sent: half characters are replaced, as in all text. */
  private static String text(JsonNode tool, String member) {
    return new Text(tool.path(member).asString("")).text();
  }

  private static String description(String name, String text, int most) {
    if (text.isBlank()) {
      return "The tool " + Shown.text(name, 256) + ", which its server does not describe.";
    }
    var cut = Shown.cut(text, most);
    return cut.length() == text.length()
        ? text
        : cut + "\n[" + Shown.number(text.length() - cut.length()) + " more characters cut off]";
  }

  private static String pin(String name, JsonNode tool) {
    var approved = JsonNodeFactory.instance.objectNode().put("name", name);
    for (var member : List.of("description", "inputSchema", "annotations")) {
      approved.set(member, tool.path(member));
    }
    return Canonical.sha256(Canonical.of(approved));
  }
}
