package dev.millrace.testkit.rules;

import dev.millrace.testkit.rules.Conversation.Block;
import dev.millrace.testkit.rules.Conversation.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A number for what a model has read: system, tools and messages; cache marks are not compared. */
final class PrefixHash {
  private PrefixHash() {}

  /** Returns a number for each count of blocks, from none to all. */
  static List<Long> of(JsonNode body, Conversation conversation) {
    var hashes = new ArrayList<Long>();
    long hash = 31 * hash(body.path("system")) + hash(body.path("tools"));
    hashes.add(hash);
    for (Turn turn : conversation.turns()) {
      for (Block block : turn.blocks()) {
        hash = mixed(hash * 31 + turn.role().hashCode(), hash(block.json()));
        hashes.add(hash);
      }
    }
    return hashes;
  }

  private static long hash(JsonNode value) {
    long hash = value.getNodeType().name().hashCode();
    if (value.isArray()) {
      for (JsonNode element : value) {
        hash = mixed(hash, hash(element));
      }
      return hash;
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        if (!field.getKey().equals("cache_control")) {
          hash = mixed(mixed(hash, field.getKey().hashCode()), hash(field.getValue()));
        }
      }
      return hash;
    }
    return mixed(hash, value.hashCode());
  }

  private static long mixed(long hash, long more) {
    long product = (hash ^ more) * 0x9E3779B97F4A7C15L;
    return product ^ (product >>> 29);
  }
}
