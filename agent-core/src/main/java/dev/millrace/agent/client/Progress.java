package dev.millrace.agent.client;

import org.jspecify.annotations.Nullable;

/** How far an answer has come. */
final class Progress {
  private final String requestId;
  private long events;
  private String lastEvent = "";

  Progress(String requestId) {
    this.requestId = requestId;
  }

  void seen(String event) {
    events++;
    lastEvent = event;
  }

  IncompleteStreamException incomplete(String how, @Nullable Throwable cause) {
    return new IncompleteStreamException(how, events, lastEvent, requestId, cause);
  }
}
