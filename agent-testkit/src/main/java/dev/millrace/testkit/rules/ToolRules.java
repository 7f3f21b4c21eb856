package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The tools that a request offers, and the choice among them. */
final class ToolRules {
  static final String NAME = "^[a-zA-Z0-9_-]{1,64}$";
  static final Pattern NAME_PATTERN = Pattern.compile(NAME);
  private static final Set<String> FIELDS =
      Set.of(
          "type",
          "name",
          "description",
          "input_schema",
          "cache_control",
          "strict",
          "defer_loading",
          "allowed_callers",
          "eager_input_streaming",
          "input_examples");

  private ToolRules() {}

  static void check(JsonNode body) {
    if (!Json.has(body, "tools")) {
      if (Json.has(body, "tool_choice")) {
        throw RefusedException.invalid("tool_choice may only be specified while providing `tools`");
      }
      return;
    }
    var tools = Json.requireArray(body.path("tools"), "tools");
    var names = new HashSet<String>();
    for (int i = 0; i < tools.size(); i++) {
      JsonNode tool = tools.get(i);
      if (!Json.has(tool, "type") || Json.isType(tool, "custom")) {
        checkCustom(tool, "tools." + i + ".custom");
      }
      if (Json.has(tool, "name") && !names.add(tool.path("name").asString(""))) {
        throw invalid("tools", "Tool names must be unique.");
      }
    }
    requireOneAtHand(tools);
    checkChoice(body, names);
  }

  private static void checkCustom(JsonNode tool, String path) {
    Json.requireObject(tool, path);
    if (!NAME_PATTERN.matcher(Json.requireString(tool, "name", path)).matches()) {
      throw invalid(path + ".name", "String should match pattern '" + NAME + "'");
    }
    for (String field : tool.propertyNames()) {
      if (!FIELDS.contains(field)) {
        throw invalid(path + "." + field, "Extra inputs are not permitted");
      }
    }
    checkSchema(Json.require(tool, "input_schema", path), path + ".input_schema");
  }

  private static void checkSchema(JsonNode schema, String path) {
    Json.requireObject(schema, path);
    if (List.of("oneOf", "allOf", "anyOf").stream().anyMatch(schema::has)) {
      throw invalid(path, "input_schema does not support oneOf, allOf, or anyOf at the top level");
    }
    if (!Json.requireString(schema, "type", path).equals("object")) {
      throw invalid(path + ".type", "Input should be 'object'");
    }
  }

  private static void requireOneAtHand(List<JsonNode> tools) {
    if (!tools.isEmpty()
        && tools.stream().allMatch(tool -> tool.path("defer_loading").asBoolean(false))) {
      throw RefusedException.invalid(
          "At least one tool must have defer_loading=false. All tools cannot be deferred.");
    }
  }

  private static void checkChoice(JsonNode body, Set<String> names) {
    JsonNode choice = body.path("tool_choice");
    String type = Json.type(choice);
    boolean forced = type.equals("any") || type.equals("tool");
    if (forced && refusesForcedChoice(ModelName.of(body))) {
      throw invalid("tool_choice", "type \"tool\" and \"any\" are not supported for this model.");
    }
    if (forced && Json.isType(body.path("thinking"), "enabled")) {
      throw RefusedException.invalid(
          "Thinking may not be enabled when tool_choice forces tool use.");
    }
    if (type.equals("tool")) {
      String name = Json.requireString(choice, "name", "tool_choice.tool");
      if (!names.contains(name)) {
        throw invalid("tool_choice", "Tool '" + name + "' not found in provided tools");
      }
    }
  }

  private static boolean refusesForcedChoice(ModelName model) {
    return model.is("fable", 501)
        || model.is("mythos", 501)
        || model.is("opus", 505)
        || model.is("sonnet", 505);
  }
}
