package dev.millrace.agent;

import java.util.function.Consumer;

/**
 * Sees a run's events as they happen, on the run's own thread. Reading goes on when it returns, so
 * a slow listener slows the stream. What it throws ends the run.
 */
@FunctionalInterface
public interface RunListener {
  /** Looks at nothing. */
  RunListener NONE = event -> {};

  void on(AgentEvent event);

  /** A listener for the text alone, piece by piece. */
  static RunListener onText(Consumer<String> text) {
    return event -> {
      if (event instanceof AgentEvent.TextDelta delta) {
        text.accept(delta.text());
      }
    };
  }
}
