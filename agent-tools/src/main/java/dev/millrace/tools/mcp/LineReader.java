package dev.millrace.tools.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8 of a bounded length. For one thread. */
final class LineReader {
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int end;

  /** Thrown in place of a line that is too long; reading goes on after it. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(int maxBytes) {
      super("sent a line of more than " + Shown.number(maxBytes) + " bytes");
    }
  }

  LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line without its end, or null after the last. */
  @Nullable String next() throws IOException {
    var line = new ByteArrayOutputStream();
    boolean isTooLong = false;
    boolean isEmpty = true;
    while (next < end || fill()) {
      isEmpty = false;
      int from = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      isTooLong |= line.size() + (next - from) > maxBytes;
      if (!isTooLong) {
        line.write(buffer, from, next - from);
      }
      if (next < end) {
        next++;
        break;
      }
    }
    if (isTooLong) {
      throw new TooLongException(maxBytes);
    }
    return isEmpty ? null : text(line);
  }

  private boolean fill() throws IOException {
    next = 0;
    end = in.read(buffer);
    return end > 0;
  }

  private static String text(ByteArrayOutputStream line) {
    var text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
