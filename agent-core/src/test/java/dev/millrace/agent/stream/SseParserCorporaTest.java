package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.stream.SseEvents.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class SseParserCorporaTest {

  @Test
  @Tag("A02")
  @Tag("A08")
  @Tag("A09")
  void agreesWithTheBrowserVectorsHoweverTheyAreCut() throws IOException {
    Path file = Corpora.path("sse-vectors", "wpt-eventsource.json");
    JsonNode vectors = new JsonMapper().readTree(file).get("vectors");
    assertThat(vectors).hasSizeGreaterThanOrEqualTo(28);
    int refusedByContentType = 0;
    for (JsonNode vector : vectors) {
      if (vector.has("expect_error")) {
        // Refused for its content type before the parser sees a byte: the client's affair.
        refusedByContentType++;
        continue;
      }
      byte[] body = Base64.getDecoder().decode(vector.get("body_b64").asString());
      List<Event> expected = new ArrayList<>();
      for (JsonNode event : vector.get("expect")) {
        expected.add(
            new Event(
                event.get("type").asString(),
                event.get("data").asString(),
                event.get("lastEventId").asString()));
      }
      assertHoweverCut(vector.get("id").asString(), body, expected);
    }
    assertThat(refusedByContentType).isEqualTo(2);
  }

  private static void assertHoweverCut(String id, byte[] body, List<Event> expected)
      throws IOException {
    for (int size : new int[] {Math.max(1, body.length), 1, 2}) {
      assertThat(SseEvents.of(Chunks.of(body, size)))
          .as("%s in chunks of %d", id, size)
          .isEqualTo(expected);
    }
    for (int cut = 0; cut < body.length; cut++) {
      assertThat(SseEvents.of(Chunks.cutAt(body, cut)))
          .as("%s cut at %d", id, cut)
          .isEqualTo(expected);
    }
  }

  @Test
  @Tag("A02")
  void readsEachRecordingAlikeWithEachLineEndAndInAnyChunks() throws IOException {
    List<Path> files = Corpora.files(Corpora.path("recordings", "sse"));
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      long seed = file.getFileName().hashCode();
      Random random = new Random(seed);
      String text = new String(Corpora.bytes(file), UTF_8).replace("\r\n", "\n");
      List<Event> expected = eventsByLines(text);
      for (String lineEnd : List.of("\n", "\r\n", "\r")) {
        byte[] bytes = text.replace("\n", lineEnd).getBytes(UTF_8);
        for (int largest : new int[] {1, 61, 20_000}) {
          assertThat(SseEvents.of(new Chunks(bytes, () -> 1 + random.nextInt(largest))))
              .as("%s, seed %d, chunks up to %d", file.getFileName(), seed, largest)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** A plain reading of the format, good enough for recordings: no comments, ids or lone CRs. */
  private static List<Event> eventsByLines(String text) {
    List<Event> events = new ArrayList<>();
    String name = "message";
    List<String> data = new ArrayList<>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
      if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data.add(line.startsWith("data: ") ? line.substring(6) : line.substring(5));
      } else if (line.isEmpty() && !data.isEmpty()) {
        events.add(new Event(name, String.join("\n", data), ""));
        name = "message";
        data.clear();
      }
    }
    return events;
  }
}
