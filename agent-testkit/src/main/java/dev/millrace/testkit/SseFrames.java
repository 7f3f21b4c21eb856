package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Server-sent events as bytes. */
final class SseFrames {
  static final byte[] PING = frame("ping", "{\"type\":\"ping\"}");
  private static final Pattern TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([^\"]*)\"");

  private SseFrames() {}

  static byte[] frame(String event, String json) {
    return ("event: " + event + "\ndata: " + JsonText.onOneLine(json) + "\n\n").getBytes(UTF_8);
  }

  /** A frame named after the first {@code type} in its JSON. */
  static byte[] frame(String json) {
    var type = TYPE.matcher(json);
    if (!type.find()) {
      throw new IllegalArgumentException("expected an event with a \"type\", got " + json);
    }
    return frame(type.group(1), json);
  }

  static byte[] error(String type, String message) {
    return frame(
        "error",
        "{\"type\":\"error\",\"error\":{\"details\":null,\"type\":%s,\"message\":%s}}"
            .formatted(JsonText.quote(type), JsonText.quote(message)));
  }

  /** Splits a recorded stream after each blank line (LF or CRLF); nothing is left out. */
  static List<byte[]> split(byte[] stream) {
    var frames = new ArrayList<byte[]>();
    int start = 0;
    for (int i = 1; i < stream.length; i++) {
      boolean blank =
          stream[i] == '\n'
              && (stream[i - 1] == '\n'
                  || (i > 1 && stream[i - 1] == '\r' && stream[i - 2] == '\n'));
      if (blank) {
        frames.add(Arrays.copyOfRange(stream, start, i + 1));
        start = i + 1;
      }
    }
    if (start < stream.length) {
      frames.add(Arrays.copyOfRange(stream, start, stream.length));
    }
    return List.copyOf(frames);
  }
}
