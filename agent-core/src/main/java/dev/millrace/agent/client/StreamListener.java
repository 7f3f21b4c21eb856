package dev.millrace.agent.client;

import dev.millrace.agent.stream.StreamEvent;
import java.time.Duration;

/** Sees one streamed message arrive, on the thread that asked for it. */
@FunctionalInterface
public interface StreamListener {
  /** An event of the message, in the order of the wire. */
  void on(StreamEvent event);

  /**
   * Whether the message may start over although events of it were handed over; asked after a
   * failure. Only a listener that voids them in {@link #onRetry} may say so.
   */
  default boolean mayStartOver() {
    return false;
  }

  /**
   * The request is about to be made again; events that were handed over are void.
   *
   * @param attempt the number of the coming attempt, 2 or more
   * @param wait how long the client waits before it
   * @param cause why the attempt before it failed
   */
  default void onRetry(int attempt, Duration wait, RuntimeException cause) {}
}
