package dev.millrace.agent.client;

import dev.millrace.agent.stream.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that broke off before its {@code message_stop}. What was received of the message is
 * void; the same request may succeed later.
 */
public final class IncompleteStreamException extends StreamException {
  private static final long serialVersionUID = 1L;

  private final long events;
  private final String lastEvent;
  private final String requestId;

  IncompleteStreamException(
      String how, long events, String lastEvent, String requestId, @Nullable Throwable cause) {
    super(
        "the answer broke off before its message_stop: %s after %s%s"
            .formatted(how, reached(events, lastEvent), id(requestId)));
    if (cause != null) {
      initCause(cause);
    }
    this.events = events;
    this.lastEvent = lastEvent;
    this.requestId = requestId;
  }

  private static String reached(long events, String lastEvent) {
    return switch ((int) Math.min(events, 2)) {
      case 0 -> "no event";
      case 1 -> "1 event, " + lastEvent;
      default -> events + " events, the last one " + lastEvent;
    };
  }

  private static String id(String requestId) {
    return requestId.isEmpty() ? "" : " (request id " + requestId + ")";
  }

  /** How many events had come, pings included. */
  public long events() {
    return events;
  }

  /** The type of the last event that had come; empty when none had. */
  public String lastEvent() {
    return lastEvent;
  }

  /** The API's id of the request, to be named to its support; empty when unknown. */
  public String requestId() {
    return requestId;
  }
}
