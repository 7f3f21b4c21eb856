package dev.millrace.examples.ask;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output: UTF-8, each piece sent on at once. When nobody reads it any more, as after
 * {@code | head -1}, it says so once and goes quiet.
 */
final class Output {
  private final OutputStream out;
  private final Runnable onClosed;
  private String kept = "";
  private boolean closed;

  Output(OutputStream out, Runnable onClosed) {
    this.out = out;
    this.onClosed = onClosed;
  }

  /** Half of a surrogate pair at the end waits for its other half. */
  void print(String piece) {
    var text = kept + piece;
    boolean isSplit = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
    int end = text.length() - (isSplit ? 1 : 0);
    kept = text.substring(end);
    if (closed || end == 0) {
      return;
    }
    try {
      out.write(text.substring(0, end).getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      closed = true;
      onClosed.run();
    }
  }

  boolean isClosed() {
    return closed;
  }
}
