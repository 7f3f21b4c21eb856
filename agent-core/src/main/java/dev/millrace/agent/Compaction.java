package dev.millrace.agent;

import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import java.util.Optional;

/** Holds a policy to its word: what it gives back goes on from the same point and is shorter. */
record Compaction(CompactionPolicy policy) {
  /** There is no shorter transcript. */
  static final Compaction NONE = new Compaction(CompactionPolicy.NONE);

  private static final double MOST_OF_BEFORE = 0.9;

  /** A shorter transcript; empty when there is none. */
  Optional<Transcript> shorter(Transcript transcript) {
    var compacted = policy.compact(transcript);
    boolean goesOn = compacted.last().equals(transcript.last()) || size(compacted) == 1;
    return goesOn
            && compacted.pending().isEmpty()
            && characters(compacted) <= MOST_OF_BEFORE * characters(transcript)
        ? Optional.of(compacted)
        : Optional.empty();
  }

  private static int size(Transcript transcript) {
    return transcript.messages().size();
  }

  private static long characters(Transcript transcript) {
    return transcript.messages().stream()
        .map(Message::json)
        .mapToLong(json -> json.text().length())
        .sum();
  }
}
