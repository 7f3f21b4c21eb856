package dev.millrace.agent.corpora;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The folder of test data named by the system property {@code corpora}. */
public final class Corpus {
  private static final JsonMapper EXACT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(2_000).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Corpus() {}

  static Path path(String first, String... more) {
    return Path.of(System.getProperty("corpora"), Path.of(first, more).toString());
  }

  /** The files of a folder whose names end so, in the order of their names. */
  static List<Path> files(Path folder, String... endings) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every stream in the corpora: recorded by users of the API, and the test data of its SDKs. */
  public static List<Path> streams() {
    return Stream.of(
            files(path("recordings", "sse"), ".sse"),
            files(path("messages-api", "anthropic-sdk-python"), ".txt", ".sse"),
            files(path("messages-api", "anthropic-sdk-typescript"), ".txt", ".sse"))
        .flatMap(List::stream)
        .toList();
  }

  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** JSON with exact numbers. */
  static JsonNode json(String text) {
    return EXACT.readTree(text);
  }

  static JsonNode json(Path file) {
    return EXACT.readTree(bytes(file));
  }

  /** A file with a JSON value on each line. */
  static List<JsonNode> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(Corpus::json).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
