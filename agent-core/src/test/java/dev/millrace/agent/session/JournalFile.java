package dev.millrace.agent.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The file of a session, read without the code that is to be tested. */
record JournalFile(Path file) {

  byte[] bytes() {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JournalFile write(byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its whole lines, each with its end. */
  List<byte[]> lines() {
    var lines = new ArrayList<byte[]>();
    var bytes = bytes();
    for (int from = 0, to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, from, to + 1));
        from = to + 1;
      }
    }
    return lines;
  }

  /** The JSON of its whole records. */
  List<String> records() {
    return lines().stream()
        .map(line -> Frame.parse(line, line.length - 1))
        .filter(Objects::nonNull)
        .map(Frame::json)
        .toList();
  }

  /** Whether it ends within a line. */
  boolean isTorn() {
    var bytes = bytes();
    return bytes.length > 0 && bytes[bytes.length - 1] != '\n';
  }

  boolean hasIntent(String toolUseId) {
    return records().stream()
        .anyMatch(json ->
            json.startsWith("{\"type\":\"intent\"") && json.contains('"' + toolUseId + '"'));
  }

  boolean hasResult(String toolUseId) {
    return records().stream()
        .anyMatch(json ->
            json.contains("\"type\":\"tool_result\"") && json.contains('"' + toolUseId + '"'));
  }

  /** A journal of these records, as the first process to open the session writes it. */
  static byte[] written(List<String> records) {
    var text = new StringBuilder();
    for (int i = 0; i < records.size(); i++) {
      var line = new Frame(Frame.VERSION, i + 1, 1, records.get(i)).line();
      text.append(new String(line, StandardCharsets.UTF_8));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
