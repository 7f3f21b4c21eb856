package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The cache marks of a request: no more than four, and the long-lived ones first. */
final class CacheMarkRules {
  private static final int MOST = 4;

  private final List<Mark> marks = new ArrayList<>();

  private CacheMarkRules() {}

  private record Mark(String path, String ttl) {}

  static void check(JsonNode body) {
    var rules = new CacheMarkRules();
    rules.collectAll(body.path("tools"), "tools");
    rules.collectAll(body.path("system"), "system");
    List<JsonNode> messages = Json.elements(body.path("messages"));
    for (int n = 0; n < messages.size(); n++) {
      rules.collectAll(messages.get(n).path("content"), "messages." + n + ".content");
    }
    rules.requireLongLivedFirst();
    rules.collect(body, ""); // the automatic mark: it takes a slot, its place is the end
    if (rules.marks.size() > MOST) {
      throw RefusedException.invalid(
          "A maximum of %d blocks with cache_control may be provided. Found %d."
              .formatted(MOST, rules.marks.size()));
    }
  }

  private void collectAll(JsonNode blocks, String path) {
    List<JsonNode> elements = Json.elements(blocks);
    for (int i = 0; i < elements.size(); i++) {
      String blockPath = path + "." + i;
      collectAll(elements.get(i).path("content"), blockPath + ".content");
      collect(elements.get(i), blockPath + ".");
    }
  }

  private void collect(JsonNode block, String prefix) {
    if (!Json.has(block, "cache_control")) {
      return;
    }
    String path = prefix + "cache_control";
    JsonNode mark = block.path("cache_control");
    Json.requireObject(mark, path);
    if (!Json.isType(mark, "ephemeral")) {
      throw invalid(path + ".type", "Input should be 'ephemeral'");
    }
    String ttl = Json.has(mark, "ttl") ? mark.path("ttl").asString("") : "5m";
    if (!Set.of("5m", "1h").contains(ttl)) {
      throw invalid(path + ".ttl", "Input should be '5m' or '1h'");
    }
    marks.add(new Mark(path, ttl));
  }

  private void requireLongLivedFirst() {
    boolean shortLived = false;
    for (Mark mark : marks) {
      if (shortLived && mark.ttl().equals("1h")) {
        throw invalid(
            mark.path() + ".ttl",
            "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block."
                + " Note that blocks are processed in the following order: `tools`, `system`,"
                + " `messages`.");
      }
      shortLived |= mark.ttl().equals("5m");
    }
  }
}
