package dev.millrace.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.MessageResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Recorded streams of the API become the messages that the vendor's own SDK makes of them. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class RecordedMessagesTest {

  @Test
  void becomeTheSameBlocks() throws IOException {
    int compared = 0;
    for (Path file : Corpora.files(Corpora.path("recordings", "sse"))) {
      String name = file.getFileName().toString();
      Path expected = Corpora.path("recordings", "expected", name.replace(".sse", ".json"));
      if (!Files.exists(expected)) {
        continue;
      }
      JsonNode message = JsonPrefix.MAPPER.readTree(expected.toFile()).at("/beta/message");
      MessageResponse response = message(Corpora.bytes(file));
      assertThat(content(response)).as(name).isEqualTo(message.get("content"));
      assertThat(response.id()).as(name).isEqualTo(message.get("id").asString());
      assertThat(response.stopReason().value())
          .as(name)
          .isEqualTo(message.get("stop_reason").asString());
      assertThat(response.usage().outputTokens())
          .as(name)
          .isEqualTo(message.at("/usage/output_tokens").asLong());
      compared++;
    }
    assertThat(compared).isGreaterThan(100);
  }

  private static MessageResponse message(byte[] recording) throws IOException {
    SseParser parser = new SseParser(new ByteArrayInputStream(recording));
    StreamEvents events = new StreamEvents();
    MessageAccumulator message = new MessageAccumulator();
    while (parser.next()) {
      message.add(events.read(parser));
    }
    return message.response();
  }

  private static ArrayNode content(MessageResponse response) {
    ArrayNode content = JsonPrefix.MAPPER.createArrayNode();
    for (ContentBlock block : response.content()) {
      content.add(block.json().node());
    }
    return content;
  }
}
