package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Each message and block on its own: its shape, and that it says something. */
final class BlockRules {
  private static final Set<String> ROLES = Set.of("user", "assistant", "system");
  private static final Set<String> ONLY_USER = Set.of("tool_result");
  private static final Set<String> ONLY_ASSISTANT =
      Set.of("tool_use", "thinking", "redacted_thinking", "server_tool_use");
  private static final String ID = "^[a-zA-Z0-9_-]+$";
  private static final Pattern ID_PATTERN = Pattern.compile(ID);

  private BlockRules() {}

  static void checkSystem(JsonNode system) {
    List<JsonNode> blocks = Json.elements(system);
    for (int i = 0; i < blocks.size(); i++) {
      checkText(blocks.get(i), "system." + i, "system");
    }
  }

  static void checkMessages(String version, JsonNode messages) {
    for (int n = 0; n < messages.size(); n++) {
      JsonNode message = messages.get(n);
      String path = "messages." + n;
      Json.requireObject(message, path);
      String role = Json.requireString(message, "role", path);
      if (!ROLES.contains(role)) {
        throw invalid(
            "messages",
            "Unexpected role \"%s\". Allowed roles are \"user\" or \"assistant\"".formatted(role));
      }
      boolean mayBeEmpty = n == messages.size() - 1 && role.equals("assistant");
      checkContent(version, role, Json.require(message, "content", path), path, mayBeEmpty);
    }
  }

  private static void checkContent(
      String version, String role, JsonNode content, String path, boolean mayBeEmpty) {
    if (content.isString()
        ? content.stringValue().isEmpty()
        : content.isArray() && content.isEmpty()) {
      if (!mayBeEmpty) {
        throw invalid(
            path,
            "all messages must have non-empty content except for the optional final assistant"
                + " message");
      }
      return;
    }
    if (content.isString()) {
      requireVisible(content.stringValue(), "messages");
      return;
    }
    var blocks = Json.requireArray(content, path + ".content");
    for (int m = 0; m < blocks.size(); m++) {
      checkBlock(version, role, blocks.get(m), path + ".content." + m);
    }
  }

  private static void checkBlock(String version, String role, JsonNode block, String path) {
    Json.requireObject(block, path);
    String type = Json.requireString(block, "type", path);
    if (ONLY_USER.contains(type) && !role.equals("user")) {
      throw invalid(path, "`%s` blocks can only be in `user` messages".formatted(type));
    }
    if (ONLY_ASSISTANT.contains(type) && !role.equals("assistant")) {
      throw invalid(path, "`%s` blocks can only be in `assistant` messages".formatted(type));
    }
    if (version.equals(RequestRules.NEWEST_VERSION)) {
      checkNewest(role, type, block, path);
    }
    switch (type) {
      case "text" -> checkText(block, path, "messages");
      case "tool_use" -> checkToolUse(block, path + ".tool_use");
      case "tool_result" -> checkToolResult(block, path + ".tool_result");
      case "thinking" -> {
        Json.requireString(block, "signature", path + ".thinking");
        Json.requireString(block, "thinking", path + ".thinking");
        refuseCacheMark(block, path + ".thinking");
      }
      case "redacted_thinking" -> {
        Json.requireString(block, "data", path + ".redacted_thinking");
        refuseCacheMark(block, path + ".redacted_thinking");
      }
      default -> {
        // A block of a kind that these rules do not know: the API may.
      }
    }
  }

  private static void checkNewest(String role, String type, JsonNode block, String path) {
    if (role.equals("assistant") && type.equals("document")) {
      throw invalid(path, "`document` blocks can not be in `assistant` messages");
    }
    if (role.equals("user") && type.equals("text") && !block.path("citations").isEmpty()) {
      throw invalid(path + ".text.citations", "Extra inputs are not permitted");
    }
  }

  private static void checkText(JsonNode block, String path, String where) {
    String text = Json.requireString(block, "text", path + ".text");
    if (text.isEmpty() && Json.has(block, "cache_control")) {
      throw invalid(path + ".text", "cache_control cannot be set for empty text blocks");
    }
    requireVisible(text, where);
  }

  private static void requireVisible(String text, String where) {
    if (text.isEmpty()) {
      throw invalid(where, "text content blocks must be non-empty");
    }
    if (text.isBlank()) {
      throw invalid(where, "text content blocks must contain non-whitespace text");
    }
  }

  private static void checkToolUse(JsonNode block, String path) {
    requireId(Json.requireString(block, "id", path), path + ".id");
    if (!ToolRules.NAME_PATTERN.matcher(Json.requireString(block, "name", path)).matches()) {
      throw invalid(path + ".name", "String should match pattern '" + ToolRules.NAME + "'");
    }
    Json.requireObject(Json.require(block, "input", path), path + ".input");
  }

  private static void checkToolResult(JsonNode block, String path) {
    requireId(Json.requireString(block, "tool_use_id", path), path + ".tool_use_id");
    JsonNode isError = block.path("is_error");
    if (!isError.isMissingNode() && !isError.isNull() && !isError.isBoolean()) {
      throw invalid(path + ".is_error", "Input should be a valid boolean");
    }
    JsonNode content = block.path("content");
    if (!content.isString() && Json.has(block, "content")) {
      var parts = Json.requireArray(content, path + ".content");
      for (int i = 0; i < parts.size(); i++) {
        if (Json.isType(parts.get(i), "text")) {
          checkText(parts.get(i), path + ".content." + i, "messages");
        }
      }
    }
  }

  private static void requireId(String id, String path) {
    if (!ID_PATTERN.matcher(id).matches()) {
      throw invalid(path, "String should match pattern '" + ID + "'");
    }
  }

  private static void refuseCacheMark(JsonNode block, String path) {
    if (Json.has(block, "cache_control")) {
      throw invalid(path + ".cache_control", "Extra inputs are not permitted");
    }
  }
}
