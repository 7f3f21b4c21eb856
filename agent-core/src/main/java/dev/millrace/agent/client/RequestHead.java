package dev.millrace.agent.client;

import dev.millrace.agent.message.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * All of a request's body but its messages, which is the same in all turns of a run as a rule and
 * rendered once then. Immutable.
 */
final class RequestHead {
  private final SequencedMap<String, RawJson> members;

  /** Rendered when it is sent for the first time; twice by two threads does no harm. */
  private volatile byte @Nullable [] bytes;

  RequestHead(SequencedMap<String, RawJson> members) {
    this.members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
  }

  /** The members in order. */
  SequencedMap<String, RawJson> members() {
    return members;
  }

  /** The body up to the first message; not to be changed. */
  byte[] bytes() {
    var known = bytes;
    if (known == null) {
      known = rendered().getBytes(StandardCharsets.UTF_8);
      bytes = known;
    }
    return known;
  }

  private String rendered() {
    var head = new StringBuilder("{");
    members.forEach(
        (name, value) -> head.append(RawJson.ofString(name)).append(':').append(value).append(','));
    return head.append("\"stream\":true,\"messages\":[").toString();
  }
}
