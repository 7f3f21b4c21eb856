package dev.millrace.examples.terminal;

import dev.millrace.agent.stream.JsonChange;
import dev.millrace.agent.stream.JsonFollower;
import dev.millrace.agent.stream.PartialJson;

/**
 * A call's input as it is shown while it arrives: {@code path=README.md}, letter by letter. What
 * has been shown is never shown again, so that it works where a line can only be added to.
 */
public final class GrowingInput {
  private static final int SHOWN = 240;
  private static final int CHARACTERS_PER_DOT = 2_000;

  private final JsonFollower follower;
  private String place = "";
  private int length;
  private int dots;

  /** Shows this input. */
  public GrowingInput(PartialJson input) {
    this.follower = input.follow();
  }

  /** What is new since it was asked last. */
  public String next() {
    var news = new StringBuilder();
    for (var change : follower.changes()) {
      switch (change) {
        case JsonChange.Appended(var pointer, var text) -> {
          enter(pointer, news);
          add(text, news);
        }
        case JsonChange.Closed closed -> close(closed, news);
      }
    }
    return news.toString();
  }

  private void close(JsonChange.Closed closed, StringBuilder news) {
    var pointer = closed.pointer();
    // Strings, and what holds something that was shown, were shown as they came.
    if (!pointer.isEmpty() && !place.equals(pointer) && !place.startsWith(pointer + "/")) {
      enter(pointer, news);
      add(closed.value().toString(), news);
    } else if (pointer.isEmpty() && length > SHOWN) {
      news.append(" (%,d characters)".formatted(length));
    }
  }

  private void enter(String pointer, StringBuilder news) {
    if (!place.equals(pointer)) {
      place = pointer;
      if (length < SHOWN) {
        news.append(' ').append(Printable.line(pointer.substring(1), 60)).append('=');
      }
    }
  }

  private void add(String text, StringBuilder news) {
    int room = SHOWN - length;
    length += text.length();
    if (room > 0) {
      news.append(Printable.line(text, room));
    }
    for (; dots < (length - SHOWN) / CHARACTERS_PER_DOT; dots++) {
      news.append('.');
    }
  }
}
