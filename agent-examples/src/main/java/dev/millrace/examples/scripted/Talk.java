package dev.millrace.examples.scripted;

import dev.millrace.testkit.RecordedRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a model can know from a request: what the user said last, and what the tools that were
 * called since have told.
 *
 * @param tools the names of the tools that may be called
 */
record Talk(String prompt, List<Look> looks, List<String> tools) {

  /** One call of a tool and its result. */
  record Look(String tool, JsonNode input, String result, boolean isError) {
    /** The path that was asked for, or "". */
    String path() {
      return input.path("path").asString("");
    }
  }

  static Talk of(RecordedRequest request) {
    var prompt = "";
    var looks = new ArrayList<Look>();
    Map<String, JsonNode> calls = new HashMap<>();
    for (var message : request.messages()) {
      boolean isUser = message.path("role").asString("").equals("user");
      var said = isUser ? text(message.path("content")) : "";
      if (!said.isBlank()) {
        prompt = said;
        looks.clear();
      }
      for (var block : message.path("content")) {
        switch (block.path("type").asString("")) {
          case "tool_use" -> calls.put(block.path("id").asString(""), block);
          case "tool_result" -> {
            var call = calls.get(block.path("tool_use_id").asString(""));
            if (call != null && said.isBlank()) {
              looks.add(look(call, block));
            }
          }
          default -> {}
        }
      }
    }
    return new Talk(prompt, List.copyOf(looks), request.toolNames());
  }

  private static Look look(JsonNode call, JsonNode result) {
    return new Look(
        call.path("name").asString(""),
        call.path("input"),
        text(result.path("content")),
        result.path("is_error").asBoolean(false));
  }

  private static String text(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    var lines = new ArrayList<String>();
    for (var block : content) {
      if (block.path("type").asString("").equals("text")) {
        lines.add(block.path("text").asString(""));
      }
    }
    return String.join("\n", lines);
  }

  /** The calls of a tool, in order. */
  List<Look> looks(String tool) {
    return looks.stream().filter(look -> look.tool().equals(tool)).toList();
  }

  /** The first call of a tool. */
  Optional<Look> look(String tool) {
    return looks(tool).stream().findFirst();
  }

  boolean offers(String tool) {
    return tools.contains(tool);
  }
}
