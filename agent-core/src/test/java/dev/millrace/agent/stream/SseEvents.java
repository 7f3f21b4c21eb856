package dev.millrace.agent.stream;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** What a parser delivered, as data that can be compared. */
final class SseEvents {
  private SseEvents() {}

  record Event(String name, String data, String lastEventId) {}

  static List<Event> of(InputStream in) throws IOException {
    SseParser parser = new SseParser(in);
    List<Event> events = new ArrayList<>();
    while (parser.next()) {
      events.add(new Event(parser.name(), parser.data(), parser.lastEventId()));
    }
    return events;
  }
}
