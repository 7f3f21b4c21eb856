package dev.millrace.agent.client;

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

  String requestId() {
    return requestId;
  }

  /** How many events have come, pings included. */
  long events() {
    return events;
  }

  /** The type of the last event, empty when none has come. */
  String lastEvent() {
    return lastEvent;
  }
}
