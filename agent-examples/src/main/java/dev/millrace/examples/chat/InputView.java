package dev.millrace.examples.chat;

import dev.millrace.agent.stream.JsonChange;
import dev.millrace.agent.stream.JsonFollower;
import dev.millrace.agent.stream.PartialJson;
import dev.millrace.examples.terminal.Printable;

/**
 * A call's input while it is being written: short values on one line, texts of several lines as a
 * block that grows.
 */
final class InputView {
  private static final int MOST_LINES = 40;
  private static final String INDENT = "\n    ";

  private final JsonFollower follower;
  private final Screen screen;
  private String place = "";
  private int lines;
  private long hidden;

  InputView(PartialJson input, Screen screen) {
    this.follower = input.follow();
    this.screen = screen;
  }

  /** Shows what has come since. */
  void grow() {
    for (var change : follower.changes()) {
      switch (change) {
        case JsonChange.Appended(var pointer, var text) -> {
          enter(pointer);
          show(text);
        }
        case JsonChange.Closed closed -> close(closed);
      }
    }
  }

  private void close(JsonChange.Closed closed) {
    var pointer = closed.pointer();
    if (pointer.isEmpty()) {
      if (hidden > 0) {
        screen.print(Style.DIM.of(INDENT + "… %,d more characters".formatted(hidden), screen));
      }
      screen.newLine();
    } else if (!place.equals(pointer) && !place.startsWith(pointer + "/")) {
      enter(pointer);
      show(closed.value().toString());
    }
  }

  private void enter(String pointer) {
    if (!place.equals(pointer)) {
      place = pointer;
      if (lines < MOST_LINES) {
        var name = Printable.line(pointer.substring(1), 60);
        screen.print(Style.DIM.of("\n  " + name + ": ", screen));
      }
    }
  }

  private void show(String text) {
    for (var piece : text.split("(?<=\n)")) {
      if (lines >= MOST_LINES) {
        hidden += piece.length();
      } else {
        screen.print(Printable.text(piece).replace("\n", INDENT));
        lines += piece.endsWith("\n") ? 1 : 0;
      }
    }
  }
}
