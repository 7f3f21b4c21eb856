package dev.millrace.temporal;

import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import java.util.List;

/**
 * A transcript as it stands in a history: what was kept before, and what came after it.
 *
 * @param key of the part that is in the store; empty when none is
 * @param depth of how many parts before that part it is the rest
 * @param kept how many of its messages
 * @param tail the messages after those
 */
record TranscriptPlace(String key, int depth, int kept, List<RawJson> tail) {
  static final TranscriptPlace NONE = new TranscriptPlace("", 0, 0, List.of());

  /** All of it, where there is no store. */
  static TranscriptPlace inline(Transcript transcript) {
    return new TranscriptPlace(
        "", 0, 0, transcript.messages().stream().map(Message::json).toList());
  }

  RawJson json() {
    return new Json()
        .put("key", key)
        .put("depth", depth)
        .put("kept", kept)
        .put("tail", tail)
        .object();
  }

  static TranscriptPlace of(Json json) {
    return new TranscriptPlace(
        json.string("key"), json.count("depth"), json.count("kept"), json.list("tail"));
  }
}
