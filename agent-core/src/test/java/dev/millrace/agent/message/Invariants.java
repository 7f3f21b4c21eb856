package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.rules.RequestRules;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a request's messages must be like, checked on the JSON itself, once by the rules as they are
 * written down for this project and once by those of the embedded API.
 */
final class Invariants {
  private Invariants() {}

  /** The transcript, and the transcript with a new user message, are acceptable. */
  static void assertSendable(Transcript transcript) {
    if (!transcript.isEmpty() && transcript.pending().isEmpty() && !waits(transcript)) {
      assertAcceptable(transcript.json());
    }
    assertAcceptable(transcript.plus(Message.user("And now?")).json());
  }

  private static boolean waits(Transcript transcript) {
    return transcript.messages().get(transcript.messages().size() - 1).role() == Role.ASSISTANT;
  }

  static void assertAcceptable(RawJson messages) {
    check(messages.node());
    var body =
        "{\"model\":\"m\",\"max_tokens\":9,\"tools\":["
            + "{\"name\":\"web_search\","
            + "\"type\":\"web_search_20260318\"}],\"messages\":"
            + messages
            + "}";
    new RequestRules().check(body.getBytes(StandardCharsets.UTF_8));
  }

  private static void check(JsonNode messages) {
    Set<String> ids = new HashSet<>();
    List<String> asked = List.of();
    assertThat(messages.path(0).path("role").asString()).isEqualTo("user");
    for (var message : messages) {
      var content = message.path("content");
      assertThat(content.isString() || content.isArray() && !content.isEmpty()).isTrue();
      checkBlocks(content);
      var results = strings(content, "tool_result", "tool_use_id");
      assertThat(results).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(asked);
      for (int i = 0; i < results.size(); i++) {
        assertThat(content.get(i).path("type").asString()).isEqualTo("tool_result");
      }
      assertThat(results.isEmpty() || message.path("role").asString().equals("user")).isTrue();
      asked = strings(content, "tool_use", "id");
      assertThat(asked.isEmpty() || message.path("role").asString().equals("assistant")).isTrue();
      asked.forEach(id -> assertThat(ids.add(id)).as("id %s is unique", id).isTrue());
    }
    assertThat(asked).as("every call is answered").isEmpty();
  }

  private static void checkBlocks(JsonNode content) {
    if (content.isString()) {
      assertThat(content.asString()).isNotBlank();
    }
    for (var block : content) {
      switch (block.path("type").asString()) {
        case "text" -> assertThat(block.path("text").asString()).isNotBlank();
        case "thinking" -> assertThat(block.path("signature").asString()).isNotBlank();
        case "tool_use" -> {
          assertThat(block.path("input").isObject()).isTrue();
          assertThat(block.path("id").asString()).matches("[a-zA-Z0-9_-]+");
        }
        default -> assertThat(block.path("type").asString()).isNotBlank();
      }
      assertThat(block.has("cache_control")).isFalse();
    }
  }

  private static List<String> strings(JsonNode content, String type, String member) {
    return content
        .valueStream()
        .filter(block -> block.path("type").asString("").equals(type))
        .map(block -> block.path(member).asString())
        .toList();
  }
}
