package dev.millrace.examples.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat and its workers as processes, one of which is killed while the agent writes. */
class DistributedChatTest {
  @TempDir private Path folder;

  @Test
  void aChatOutlivesAWorker() throws Exception {
    var seen = new ArrayList<String>();
    try (var chat = DistributedChat.start(Map.of(), folder, 0);
        var http = HttpClient.newHttpClient()) {
      var link = URI.create(chat.link());
      var request =
          HttpRequest.newBuilder(link.resolve("/api/chat"))
              .header("Authorization", "Bearer " + link.getFragment().substring("token=".length()))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"Tell me.\"}"))
              .build();
      var lines = http.send(request, HttpResponse.BodyHandlers.ofLines()).body().iterator();
      while (lines.hasNext()) {
        var line = lines.next();
        seen.add(line);
        if (line.contains("wheels. ")) {
          chat.workers().getFirst().destroyForcibly().waitFor();
        }
      }
    }
    assertThat(events(seen, "run_finished")).hasSize(1);
    assertThat(events(seen, "tool_finished")).hasSize(1);
    assertThat(text(seen)).endsWith("nobody could say from the bread which wheel had been lost.");
  }

  private static List<String> events(List<String> lines, String name) {
    return lines.stream().filter(line -> line.contains("\"event\":\"" + name + "\"")).toList();
  }

  /** The text that is not void. */
  private static String text(List<String> lines) {
    var text = new StringBuilder();
    for (var line : lines) {
      if (line.contains("\"event\":\"turn_retried\"")) {
        text.setLength(0);
      } else if (line.contains("\"event\":\"text_delta\"")) {
        text.append(line.replaceFirst(".*\"text\":\"", "").replaceFirst("\".*", ""));
      }
    }
    return text.toString();
  }
}
