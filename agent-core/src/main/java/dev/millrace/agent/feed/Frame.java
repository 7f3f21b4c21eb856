package dev.millrace.agent.feed;

import java.nio.charset.StandardCharsets;

/**
 * One frame of a stream of server-sent events.
 *
 * @param id what a client that lost its connection sends as {@code Last-Event-ID}; empty for none
 * @param data one line; empty for a heartbeat
 */
public record Frame(String id, String data) {
  static final Frame HEARTBEAT = new Frame("", "");

  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * @throws IllegalArgumentException for more than a line, which could forge a frame
   */
  public Frame {
    if (hasBreak(id) || hasBreak(data)) {
      throw new IllegalArgumentException("id and data of a frame are one line each");
    }
  }

  private static boolean hasBreak(String line) {
    return line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0;
  }

  /** Whether it only says that the stream is alive. */
  public boolean isHeartbeat() {
    return data.isEmpty();
  }

  /** The frame as it is sent, in UTF-8. */
  public byte[] bytes() {
    if (isHeartbeat()) {
      return COMMENT.clone();
    }
    var start = id.isEmpty() ? "data: " : "id: " + id + "\ndata: ";
    return (start + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
