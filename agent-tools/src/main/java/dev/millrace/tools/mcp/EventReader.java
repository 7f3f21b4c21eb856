package dev.millrace.tools.mcp;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The data of server-sent events, each of a bounded size. For one thread. */
final class EventReader {
  private final LineReader lines;
  private final int maxCharacters;

  EventReader(InputStream in, int maxBytes) {
    this.lines = new LineReader(in, maxBytes);
    this.maxCharacters = maxBytes;
  }

  /** The data of the next event that has some, or null after the last whole one. */
  @Nullable String next() throws IOException {
    var data = new StringBuilder();
    for (var line = lines.next(); line != null; line = lines.next()) {
      if (line.isEmpty() && !data.toString().isBlank()) {
        return data.toString();
      }
      if (line.isEmpty()) {
        data.setLength(0);
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line, 5, line.length());
      }
      if (data.length() > maxCharacters) {
        throw new LineReader.TooLongException(maxCharacters);
      }
    }
    return null;
  }
}
