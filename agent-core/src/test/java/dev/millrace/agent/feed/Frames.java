package dev.millrace.agent.feed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client makes of a stream, by the rules of server-sent events and no others. */
final class Frames {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final List<Frame> frames = new ArrayList<>();

  static Frames of(byte[] stream) {
    return of(new String(stream, StandardCharsets.UTF_8));
  }

  static Frames of(String stream) {
    var frames = new Frames();
    var id = "";
    var data = new ArrayList<String>();
    for (var line : stream.split("\r\n|\r|\n", -1)) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          frames.frames.add(new Frame(id, String.join("|", data)));
        }
        data.clear();
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data.add(line.substring(6));
      } else if (!line.startsWith(":")) {
        throw new AssertionError("no line that we send: " + line);
      }
    }
    return frames;
  }

  /** All that this reader is given, to the end. */
  static Frames of(FeedReader reader) {
    var out = new ByteArrayOutputStream();
    try (reader) {
      reader.writeTo(out);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    return of(out.toByteArray());
  }

  List<String> ids() {
    return frames.stream().map(Frame::id).toList();
  }

  List<String> data() {
    return frames.stream().map(Frame::data).toList();
  }

  List<JsonNode> events() {
    return frames.stream().map(frame -> MAPPER.readTree(frame.data())).toList();
  }

  List<String> names() {
    return events().stream().map(event -> event.path("event").stringValue()).toList();
  }

  /** The text that a client shows which knows of snapshots and of what is void. */
  String text() {
    var shown = new StringBuilder();
    events().forEach(event -> show(event, shown));
    return shown.toString();
  }

  private static void show(JsonNode event, StringBuilder shown) {
    switch (event.path("event").stringValue()) {
      case "snapshot" -> {
        shown.setLength(0);
        event.path("events").forEach(inner -> show(inner, shown));
      }
      case "text_delta" -> shown.append(event.path("text").stringValue());
      case "turn_retried" -> shown.setLength(0);
      default -> {}
    }
  }
}
