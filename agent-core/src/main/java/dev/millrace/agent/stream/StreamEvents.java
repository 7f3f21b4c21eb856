package dev.millrace.agent.stream;

import org.jspecify.annotations.Nullable;

/**
 * Turns server-sent events into {@link StreamEvent}s. The kind of an event is the {@code type} in
 * its data; the name in its {@code event} field may be absent, but must not contradict it.
 *
 * <p>Text arrives as it was sent, so that half of a surrogate pair at the end of one delta meets
 * its other half in the next. Bytes that are no UTF-8 read as U+FFFD, except in a piece of a tool's
 * input: there they read as a lone surrogate, which makes {@link PartialJson#complete()} refuse the
 * input.
 *
 * <p>Keeps a buffer between events; not safe for use by several threads.
 */
public final class StreamEvents {
  private final HotEvents hot = new HotEvents();

  /**
   * The parser's current event.
   *
   * @throws StreamException if it is no JSON, contradicts its name or lacks what its type needs
   */
  public StreamEvent read(SseParser event) {
    return read(event.name(), event.buffer(), event.dataStart(), event.dataEnd());
  }

  /**
   * An event given by its name, {@code message} if it had none, and a range of bytes with its data.
   *
   * @throws StreamException if it is no JSON, contradicts its name or lacks what its type needs
   */
  public StreamEvent read(String name, byte[] bytes, int from, int to) {
    @Nullable StreamEvent event = hot.read(bytes, from, to);
    if (event != null && (name.equals(event.type()) || name.equals(SseParser.UNNAMED))) {
      return event;
    }
    return new EventTrees(name, bytes, from, to).read();
  }
}
