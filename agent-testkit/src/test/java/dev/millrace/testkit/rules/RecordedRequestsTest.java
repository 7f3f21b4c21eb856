package dev.millrace.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What the real API has answered with a stream, the rules must accept. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class RecordedRequestsTest {

  // Recorded in 2025; by mid-2026 the API refuses blank text.
  private static final String BLANK_TEXT =
      "simonw_llm-anthropic__test_anthropic__test_tools.1.8fc806da.request.json";

  @Test
  void acceptsTheRecordedRequests() throws IOException {
    var refused = new TreeMap<String, String>();
    int count = 0;
    Path folder = Path.of(System.getProperty("corpora"), "recordings", "requests");
    try (var files = Files.newDirectoryStream(folder, "*.request.json")) {
      for (Path file : files) {
        count++;
        try {
          new RequestRules()
              .check("2023-06-01", Set.of(), JsonBody.parse(Files.readAllBytes(file)));
        } catch (RefusedException e) {
          refused.put(file.getFileName().toString(), e.getMessage());
        }
      }
    }
    assertThat(count).isPositive();
    assertThat(refused)
        .containsExactly(
            entry(BLANK_TEXT, "messages: text content blocks must contain non-whitespace text"));
  }
}
