package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunListener;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Law 3, verbatim: an assistant turn goes back with all that it came with, in its order. */
class Law03VerbatimTest {
  private static final List<String> BLOCKS =
      List.of(
          "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"EqQB+/=\"}",
          "{\"type\":\"redacted_thinking\",\"data\":\"Emw=\"}",
          "{\"type\":\"future_block\",\"x\":1.0,\"deep\":{\"z\":[1e3,null],\"a\":\"\\u00e9\"}}",
          "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"q\"}}",
          "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[{\"type\":\"web_search_result\",\"url\":\"https://e.org\",\"title\":\"T\",\"encrypted_content\":\"Eo8\",\"page_age\":null}]}",
          "{\"type\":\"text\",\"text\":\"Found.\",\"citations\":[{\"type\":\"char_location\",\"cited_text\":\"c\",\"document_index\":0}],\"future_field\":true}");

  @Test
  @Tag("B08")
  @Tag("H09")
  void unknownBlocksFieldsAndSignaturesComeBackValueIdentical() {
    var reply = Reply.message();
    for (var block : BLOCKS) {
      reply = reply.block(block);
    }
    try (var world =
        World.scripted(
            reply.calls("toolu_1", "write", "{\"path\":\"a\"}"), Reply.says("Finished."))) {
      world.run(world.runner(), "Search, then write.");
      world.server().verify();
      var content = world.server().requests().get(1).messages().get(1).get("content");
      for (int i = 0; i < BLOCKS.size(); i++) {
        assertThat(content.get(i)).isEqualTo(RawJson.parse(BLOCKS.get(i)).node());
      }
      assertThat(content).hasSize(BLOCKS.size() + 1);
    }
  }

  @Test
  void theDigitsAndTheOrderOfAnInputAreUntouched() {
    var input =
        "{\"path\":\"p\",\"z\":1.0,\"a\":1e5,\"big\":12345678901234567890123,\"m\":-0.10,\"n\":[1E+2]}";
    try (var world =
        World.scripted(
            Reply.message().callsInFragments("toolu_1", "write", split(input)),
            Reply.says("Finished."))) {
      world.run(world.runner(), "Write.");
      var body = new String(world.server().requests().get(1).bytes(), StandardCharsets.UTF_8);
      assertThat(body).contains("\"input\":" + input);
    }
  }

  @Test
  @Tag("H09")
  void aTranscriptThatIsSavedAndLoadedIsSentByteForByteTheSame() {
    try (var world =
        World.scripted(
            Reply.thinks("Hm.").calls("toolu_1", "write", "{\"path\":\"a\",\"n\":1.00}"),
            Reply.says("Finished."))) {
      var result = world.run(world.runner(), "Write.");
      var loaded = Transcript.load(result.transcript().json().text());
      assertThat(loaded.repairs()).isEmpty();
      assertThat(loaded.transcript().json()).isEqualTo(result.transcript().json());
    }
  }

  @Test
  @Tag("H07")
  void onlyWhatTheApiItselfWouldRefuseIsLeftOut() {
    var reply = Reply.message().block("{\"type\":\"text\",\"text\":\"\"}").says("Kept.");
    try (var world = World.scripted(reply.block("{\"type\":\"text\",\"text\":\" \\n\"}"))) {
      var result = world.runner().build().run("Say something.", RunListener.NONE);
      assertThat(result.transcript().last().map(Message::text)).contains("Kept.");
      World.assertSendable(result.transcript());
    }
  }

  private static String[] split(String input) {
    return input.split("(?<=\\G.{5})");
  }
}
