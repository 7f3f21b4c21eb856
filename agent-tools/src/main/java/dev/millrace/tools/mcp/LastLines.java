package dev.millrace.tools.mcp;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of what a server wrote to its standard error, fit to be shown. Thread-safe. */
final class LastLines {
  private static final int LINES = 20;
  private static final int CHARACTERS = 300;

  private final Deque<String> lines = new ArrayDeque<>();

  /** Adds a line, of which only the first characters are kept, and gives what is kept. */
  synchronized String add(String line) {
    if (lines.size() == LINES) {
      lines.removeFirst();
    }
    var shown = Shown.text(line, CHARACTERS);
    lines.addLast(shown);
    return shown;
  }

  /** The lines, or words that say that there are none. */
  @Override
  public synchronized String toString() {
    return lines.isEmpty()
        ? "It wrote nothing to its standard error."
        : "The last it wrote to its standard error:\n" + String.join("\n", lines);
  }
}
