package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MessageReplyTest {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static List<JsonNode> events(MessageReply reply) {
    return new MessageRendering(reply, new Ids(), "m", 100)
        .frames().stream()
            .map(frame -> new String(frame, UTF_8))
            .map(frame -> MAPPER.readTree(frame.substring(frame.indexOf("data: ") + 6)))
            .toList();
  }

  private static List<String> texts(List<JsonNode> events, String pointer) {
    return events.stream()
        .map(event -> event.at(pointer))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .toList();
  }

  @Test
  void sendsToolInputInFragmentsAfterAnEmptyOne() {
    var events = events(Reply.calls("t1", "write", "{\"a\":\"b\"}").fragmentSize(4));
    assertThat(texts(events, "/delta/partial_json")).containsExactly("", "{\"a\"", ":\"b\"", "}");
    assertThat(texts(events, "/delta/stop_reason")).containsExactly("tool_use");
  }

  @Test
  void neverSplitsACharacterOverTwoFragments() {
    var events =
        events(Reply.calls("write", "{\"\uD83D\uDE00\":\"\uD83D\uDE00\"}").fragmentSize(1));
    var fragments = texts(events, "/delta/partial_json");
    assertThat(fragments).contains("\uD83D\uDE00");
    assertThat(String.join("", fragments)).isEqualTo("{\"\uD83D\uDE00\":\"\uD83D\uDE00\"}");
  }

  @Test
  void sendsExactlyTheFragmentsGiven() {
    var events = events(Reply.message().callsInFragments("t1", "write", "{\"a\":", "tru"));
    assertThat(texts(events, "/delta/partial_json")).containsExactly("{\"a\":", "tru");
    assertThat(texts(events(Reply.message().callsInFragments("t1", "now")), "/delta/type"))
        .isEmpty();
  }

  @Test
  void sendsThinkingWithItsSignatureLast() {
    var events = events(Reply.thinks("a", "b"));
    assertThat(texts(events, "/delta/type"))
        .containsExactly("thinking_delta", "thinking_delta", "signature_delta");
    assertThat(texts(events(Reply.thinks()), "/delta/type")).containsExactly("signature_delta");
    assertThat(texts(events(Reply.message().thinksSigned("sig", "a")), "/delta/signature"))
        .containsExactly("sig");
  }

  @Test
  void numbersTheBlocksButNotTheEventsBetweenThem() {
    var events =
        events(
            Reply.says("a")
                .ping()
                .block("{\"type\":\"redacted_thinking\",\n\"data\":\"x\"}")
                .event("new_event", "{\"type\":\"new_event\"}")
                .calls("now", "{}"));
    assertThat(texts(events, "/type"))
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "ping",
            "content_block_start",
            "content_block_stop",
            "new_event",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(
            events.stream()
                .filter(event -> event.path("type").asString().equals("content_block_start"))
                .map(event -> event.path("index").asInt()))
        .containsExactly(0, 1, 2);
  }

  @Test
  void endsAsToldTo() {
    var refused = events(Reply.message().refuses("cyber", "no")).get(1).path("delta");
    assertThat(refused.path("stop_reason").asString()).isEqualTo("refusal");
    assertThat(refused.at("/stop_details/category").asString()).isEqualTo("cyber");
    var stopped = events(Reply.says("a").stopsAt("END"));
    assertThat(texts(stopped, "/delta/stop_sequence")).containsExactly("END");
    assertThat(texts(events(Reply.says("a").stops("max_tokens")), "/delta/stop_reason"))
        .containsExactly("max_tokens");
  }

  @Test
  void countsTokensAsToldTo() {
    var events = events(Reply.says("a").usage(1, 20, 300, 4000).model("other").id("msg_x"));
    var message = events.getFirst().path("message");
    assertThat(message.path("model").asString()).isEqualTo("other");
    assertThat(message.path("id").asString()).isEqualTo("msg_x");
    assertThat(message.at("/usage/cache_read_input_tokens").asInt()).isEqualTo(4000);
    assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(1);
    assertThat(events.get(events.size() - 2).at("/usage/output_tokens").asInt()).isEqualTo(20);
  }

  @Test
  void givesEachCallAnIdOfItsOwn() {
    var ids = new Ids();
    var reply = Reply.calls("now", "{}").calls("now", "{}");
    var both = new MessageRendering(reply, ids, "m", 0);
    var again = new MessageRendering(reply, ids, "m", 0);
    assertThat(both.contentJson()).isNotEqualTo(again.contentJson());
    var content = MAPPER.readTree(both.contentJson());
    assertThat(content.at("/0/id")).isNotEqualTo(content.at("/1/id"));
  }

  @Test
  void writesAnyTextAsJson() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      String text =
          random
                  .ints(20, 0, 0x300)
                  .collect(
                      StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              + (i % 2 == 0 ? "\uD83D\uDE00" : "\uD83D");
      assertThat(MAPPER.readTree(JsonText.quote(text)).stringValue())
          .as("seed " + seed)
          .isEqualTo(text);
    }
  }

  @Test
  void refusesAFragmentSizeOfNothing() {
    assertThatThrownBy(() -> Reply.message().fragmentSize(0)).hasMessageContaining("got 0");
  }
}
