package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import dev.millrace.testkit.rules.Conversation.Block;
import dev.millrace.testkit.rules.Conversation.Turn;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Calls that the API runs itself: each has its result in the same turn, unless it still waits: at
 * the end of the conversation, or while the client's tools of that turn are answered.
 */
final class ServerToolRules {
  private ServerToolRules() {}

  static void check(Conversation conversation, JsonNode tools) {
    var called = new HashSet<String>();
    for (int i = 0; i < conversation.turns().size(); i++) {
      Turn turn = conversation.turns().get(i);
      for (Block block : turn.blocks()) {
        if (isCall(block)) {
          called.add(block.text("id"));
          if (!hasResult(turn, block)) {
            requireWaiting(conversation, i, block, tools);
          }
        } else if (isResult(block) && !called.contains(block.text("tool_use_id"))) {
          throw unexpected(block);
        }
      }
    }
  }

  private static boolean isCall(Block block) {
    return block.is("server_tool_use") || block.is("mcp_tool_use");
  }

  private static boolean isResult(Block block) {
    return block.text("type").endsWith("_tool_result");
  }

  private static boolean hasResult(Turn turn, Block call) {
    return turn.blocks().stream()
        .anyMatch(block -> isResult(block) && block.text("tool_use_id").equals(call.text("id")));
  }

  private static void requireWaiting(
      Conversation conversation, int turn, Block call, JsonNode tools) {
    String missing =
        "`%s` tool use with id `%s` was found without a corresponding `%s` block"
            .formatted(call.text("name"), call.text("id"), resultType(call));
    Turn next = conversation.after(turn);
    boolean onlyResults =
        next.blocks().stream().allMatch(block -> block.is("tool_result")) && next.is("user");
    boolean last = turn == conversation.turns().size() - 1;
    boolean answers = onlyResults && turn + 2 == conversation.turns().size();
    boolean answered = onlyResults && hasResult(conversation.after(turn + 1), call);
    if (!last && !answers && !answered) {
      throw invalid("messages." + call.message(), missing);
    }
    if (call.is("server_tool_use") && !isOffered(call.text("name"), tools)) {
      throw invalid(
          "messages." + call.message(),
          missing + " but no `" + call.text("name") + "` tool was provided");
    }
  }

  // Some tools make calls under names of their parts.
  private static boolean isOffered(String name, JsonNode tools) {
    return Json.elements(tools).stream()
        .map(tool -> tool.path("name").asString(""))
        .anyMatch(offered ->
            name.equals(offered)
                || (offered.equals("code_execution") && name.endsWith("_code_execution")));
  }

  private static String resultType(Block call) {
    String name = call.text("name");
    if (call.is("mcp_tool_use")) {
      return "mcp_tool_result";
    }
    return List.of("tool_search_tool_regex", "tool_search_tool_bm25").contains(name)
        ? "tool_search_tool_result"
        : name + "_tool_result";
  }

  private static RefusedException unexpected(Block result) {
    String type = result.text("type");
    return invalid(
        result.path(),
        "unexpected `tool_use_id` found in `%s` blocks: %s. Each `%s` block must have a corresponding `%s` block before it."
            .formatted(
                type,
                result.text("tool_use_id"),
                type,
                type.startsWith("mcp_") ? "mcp_tool_use" : "server_tool_use"));
  }
}
