package dev.millrace.temporal;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Transcripts in a store, each as what it adds to one before it. Values are never changed, so that
 * a workflow that reads one reads the same whenever it is run again.
 */
final class TranscriptStore {
  /** A longer chain costs more to read than a whole copy costs to keep. */
  private static final int LONGEST_CHAIN = 16;

  private final Optional<BlobStore> blobs;

  TranscriptStore(Optional<BlobStore> blobs) {
    this.blobs = blobs;
  }

  /** The key of what a step of a run keeps; ids of runs may hold what no key may. */
  static String key(String runId, String step) {
    var key = new StringBuilder();
    for (int i = 0; i < runId.length(); i++) {
      char c = runId.charAt(i);
      boolean isPlain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      key.append(isPlain || c == '-' ? String.valueOf(c) : "_%04x".formatted((int) c));
    }
    return key + "/" + step;
  }

  void deleteAll(String runId) {
    store().deleteAll(key(runId, ""));
  }

  boolean isThere() {
    return blobs.isPresent();
  }

  /** The transcript at a place. */
  Transcript read(TranscriptPlace place) {
    var messages = new ArrayList<RawJson>();
    collect(place, messages);
    return Transcript.load(RawJson.array(messages).text()).transcript();
  }

  /**
   * Keeps a transcript under a key; gives its place then.
   *
   * @param place where it stands until then
   */
  TranscriptPlace put(String key, TranscriptPlace place, Transcript transcript) {
    boolean isFar = place.key().isEmpty() || place.depth() == LONGEST_CHAIN;
    var kept = isFar ? TranscriptPlace.inline(transcript) : place;
    store().put(key, kept.json().text().getBytes(StandardCharsets.UTF_8));
    int depth = isFar ? 0 : place.depth() + 1;
    return new TranscriptPlace(key, depth, transcript.messages().size(), List.of());
  }

  private void collect(TranscriptPlace place, List<RawJson> into) {
    if (!place.key().isEmpty()) {
      collect(TranscriptPlace.of(value(place.key())), into);
      if (into.size() < place.kept()) {
        throw new IllegalStateException(
            "the store holds %d messages under %s where %d are expected"
                .formatted(into.size(), place.key(), place.kept()));
      }
      into.subList(place.kept(), into.size()).clear();
    }
    into.addAll(place.tail());
  }

  private Json value(String key) {
    var bytes = store().get(key);
    if (bytes.isEmpty()) {
      throw new IllegalStateException(
          "the store does not hold "
              + key
              + "; do all workers of the task queue use the same one?");
    }
    return Json.of(RawJson.parse(new String(bytes.get(), StandardCharsets.UTF_8)));
  }

  private BlobStore store() {
    return blobs.orElseThrow(
        () -> new IllegalStateException("this run is kept in a store, and this worker has none"));
  }
}
