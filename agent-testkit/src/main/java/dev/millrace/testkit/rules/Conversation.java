package dev.millrace.testkit.rules;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The messages of a request as the API reads them: neighbours of the same role are one turn. */
record Conversation(List<Turn> turns) {

  /** What one side says before the other does. */
  record Turn(String role, List<Block> blocks) {
    boolean is(String wanted) {
      return role.equals(wanted);
    }

    List<Block> blocks(String type) {
      return blocks.stream().filter(block -> block.is(type)).toList();
    }
  }

  /** A content block with its place in the request; text given as a string is a block, too. */
  record Block(int message, int index, JsonNode json) {
    boolean is(String type) {
      return Json.isType(json, type);
    }

    String text(String field) {
      return json.path(field).asString("");
    }

    String path() {
      return "messages." + message + ".content." + index;
    }
  }

  static Conversation of(JsonNode body) {
    var turns = new ArrayList<Turn>();
    List<JsonNode> messages = Json.elements(body.path("messages"));
    for (int n = 0; n < messages.size(); n++) {
      String role = messages.get(n).path("role").asString("");
      if (turns.isEmpty() || !turns.getLast().is(role)) {
        turns.add(new Turn(role, new ArrayList<>()));
      }
      turns.getLast().blocks().addAll(blocks(n, messages.get(n).path("content")));
    }
    return new Conversation(turns);
  }

  private static List<Block> blocks(int message, JsonNode content) {
    if (content.isString()) {
      var text = JsonNodeFactory.instance.objectNode();
      text.put("type", "text").put("text", content.stringValue());
      return List.of(new Block(message, 0, text));
    }
    var blocks = new ArrayList<Block>();
    for (JsonNode json : content) {
      blocks.add(new Block(message, blocks.size(), json));
    }
    return blocks;
  }

  Turn last() {
    return turns.getLast();
  }

  /** Returns the turn after this one; an empty one of nobody if it is the last. */
  Turn after(int turn) {
    return turn + 1 < turns.size() ? turns.get(turn + 1) : new Turn("", List.of());
  }
}
