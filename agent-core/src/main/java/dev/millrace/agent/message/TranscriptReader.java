package dev.millrace.agent.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the API's {@code messages} array; what does not even look like one is refused. */
final class TranscriptReader {
  private static final int MAX_ROUNDS = 4;

  private final List<String> report = new ArrayList<>();

  private TranscriptReader() {}

  static Transcript.Loaded read(String json) {
    return new TranscriptReader().loaded(json);
  }

  private Transcript.Loaded loaded(String json) {
    var elements = messages(parse(json)).elements();
    var repair = new MessageRepair(report);
    var stored = new ArrayList<@Nullable Message>();
    for (int i = 0; i < elements.size(); i++) {
      var at = "/" + i;
      stored.add(repair.repaired(role(elements.get(i), at), elements.get(i), at));
    }
    return new Transcript.Loaded(Transcript.trusted(placed(stored)), report);
  }

  /**
   * The messages in an order that the API accepts. A message that is put between two others may
   * leave a server tool's call without its result, so what was repaired is looked at again.
   */
  private List<Message> placed(List<@Nullable Message> stored) {
    var sound = List.<Message>of();
    var messages = stored;
    int reported;
    int rounds = 0;
    do {
      reported = report.size();
      new ServerToolRepair(report, true).repair(messages);
      sound = new TranscriptRepair(messages, report).repaired();
      messages = new ArrayList<>(sound);
      rounds++;
    } while (report.size() > reported && rounds < MAX_ROUNDS);
    return sound;
  }

  private RawJson parse(String json) {
    try {
      return RawJson.parse(json);
    } catch (InvalidJsonException e) {
      var repaired = e.repaired();
      if (repaired.isEmpty()) {
        throw new InvalidTranscriptException("not a transcript: " + e.getMessage(), e);
      }
      report.add("halves of surrogate pairs were replaced by U+FFFD");
      return repaired.get();
    }
  }

  private static RawJson messages(RawJson root) {
    var array = root.isObject() ? root.members().getOrDefault("messages", root) : root;
    if (!array.isArray()) {
      throw invalid(
          "expected an array of messages, or an object with one under \"messages\", but this is "
              + (root.isObject() ? "an object without it" : "neither"));
    }
    return array;
  }

  private static Role role(RawJson message, String pointer) {
    var role = message.isObject() ? message.members().get("role") : null;
    for (var known : Role.values()) {
      if (RawJson.ofString(known.value()).equals(role)) {
        return known;
      }
    }
    throw invalid("expected the role user, assistant or system at " + pointer + "/role");
  }

  static InvalidTranscriptException invalid(String what) {
    return new InvalidTranscriptException("not a transcript: " + what, null);
  }
}
