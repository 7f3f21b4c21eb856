package dev.millrace.tools.shell;

import java.util.function.Consumer;

/** Tells a watcher what is printed, a few times a second and not more than can be read. */
final class ProgressTicker {
  private static final long PERIOD_NANOS = 200_000_000L;
  private static final int ROOM = 4_096;

  private final Consumer<String> watcher;
  private final StringBuilder waiting = new StringBuilder();
  private long leftOut;
  private long toldAt = System.nanoTime() - PERIOD_NANOS;

  ProgressTicker(Consumer<String> watcher) {
    this.watcher = watcher;
  }

  void add(String text) {
    int room = Math.min(ROOM - waiting.length(), text.length());
    waiting.append(text, 0, room);
    leftOut += text.length() - room;
    tick();
  }

  void tick() {
    if (System.nanoTime() - toldAt >= PERIOD_NANOS) {
      end();
    }
  }

  void end() {
    if (leftOut > 0) {
      waiting.append("\n[").append(Shown.number(leftOut)).append(" characters not shown]\n");
      leftOut = 0;
    }
    if (!waiting.isEmpty()) {
      watcher.accept(waiting.toString());
      waiting.setLength(0);
      toldAt = System.nanoTime();
    }
  }
}
