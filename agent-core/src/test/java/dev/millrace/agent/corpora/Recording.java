package dev.millrace.agent.corpora;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * A recorded stream, as the manifest describes it.
 *
 * @param cassette what its name has in common with the other turns of its conversation
 * @param turn its place among them, from 0
 * @param request the body that it answered, where it is known
 */
record Recording(
    Path file, String cassette, int turn, JsonNode description, Optional<JsonNode> request) {

  static List<Recording> all() {
    var folder = Corpus.path("recordings");
    return elements(Corpus.json(folder.resolve("manifest.json")).path("streams"))
        .map(stream -> of(folder, stream))
        .toList();
  }

  private static Recording of(Path folder, JsonNode stream) {
    var file = folder.resolve(stream.path("file").asString());
    // <cassette>.<turn>.<hash>.sse
    var parts = Corpus.name(file).split("\\.(?=\\d+\\.[0-9a-f]+\\.sse$)|\\.(?=[0-9a-f]+\\.sse$)");
    var request =
        Optional.of(stream.path("request"))
            .filter(JsonNode::isString)
            .map(name -> Corpus.json(folder.resolve(name.asString())));
    return new Recording(file, parts[0], Integer.parseInt(parts[1]), stream, request);
  }

  boolean callsTools() {
    return elements(description.path("blocks")).anyMatch(b -> b.asString().equals("tool_use"));
  }

  int events() {
    return description.path("events").asInt();
  }

  String stopReason() {
    return description.path("stop_reason").asString();
  }

  /** The message that the vendor's SDK makes of the stream. */
  JsonNode message() {
    var expected = Corpus.json(Corpus.path("recordings", description.path("expected").asString()));
    return expected.path("beta").path("message");
  }

  /** The names of the tools that it calls. */
  List<String> calledTools() {
    return elements(message().path("content"))
        .filter(block -> block.path("type").asString().equals("tool_use"))
        .map(block -> block.path("name").asString())
        .distinct()
        .toList();
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @Override
  public String toString() {
    return Corpus.name(file);
  }
}
