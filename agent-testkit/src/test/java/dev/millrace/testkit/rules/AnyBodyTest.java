package dev.millrace.testkit.rules;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whatever JSON comes, it is accepted or refused; the rules themselves never fail. */
class AnyBodyTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> TYPES =
      List.of(
          "text",
          "tool_use",
          "tool_result",
          "thinking",
          "redacted_thinking",
          "server_tool_use",
          "web_search_tool_result",
          "compaction",
          "custom",
          "enabled",
          "ephemeral",
          "any");

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void eitherAcceptsOrRefuses() {
    var rules = new RequestRules();
    for (int i = 0; i < 20_000; i++) {
      JsonNode body = body();
      assertThatCode(() -> check(rules, body))
          .as("seed %d: %s", seed, body)
          .doesNotThrowAnyException();
    }
  }

  private static void check(RequestRules rules, JsonNode body) {
    try {
      rules.check("2023-06-01", Set.of(), body);
      rules.remember(body, body.at("/messages/0/content"));
    } catch (RefusedException e) {
      // one of the two right answers
    }
  }

  private JsonNode body() {
    var body = JSON.objectNode();
    body.put("model", random.nextBoolean() ? "claude-sonnet-4-5" : "claude-opus-5-5");
    body.put("max_tokens", 5000);
    if (random.nextInt(3) == 0) {
      body.set("tools", blocks(2));
    }
    if (random.nextInt(3) == 0) {
      body.set("thinking", odd(JSON.objectNode().put("type", type()).put("budget_tokens", 1024)));
    }
    if (random.nextInt(5) == 0) {
      body.set("system", blocks(2));
    }
    body.set("messages", messages());
    return body;
  }

  private JsonNode messages() {
    var messages = JSON.arrayNode();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      var message = JSON.objectNode().put("role", i % 2 == 0 ? "user" : "assistant");
      message.set("content", blocks(3));
      messages.add(random.nextInt(10) == 0 ? message.put("role", "system") : odd(message));
    }
    return odd(messages);
  }

  private ArrayNode blocks(int most) {
    var blocks = JSON.arrayNode();
    int count = random.nextInt(most + 1);
    for (int i = 0; i < count; i++) {
      String id = "t" + random.nextInt(3);
      ObjectNode block = JSON.objectNode().put("type", type()).put("text", "a").put("id", id);
      block.put("tool_use_id", id).put("name", "n").put("signature", id).put("thinking", "");
      block.put("data", id).put("budget_tokens", 1024);
      block.set("input", JSON.objectNode());
      block.set("input_schema", odd(JSON.objectNode().put("type", "object")));
      if (random.nextInt(8) == 0) {
        block.set("cache_control", odd(JSON.objectNode().put("type", "ephemeral")));
      }
      blocks.add(odd(block));
    }
    return blocks;
  }

  private String type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  /** Seldom something else than expected. */
  private JsonNode odd(JsonNode expected) {
    return switch (random.nextInt(60)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.numberNode(1);
      case 2 -> JSON.stringNode("");
      case 3 -> JSON.arrayNode();
      case 4 -> JSON.objectNode();
      default -> expected;
    };
  }
}
