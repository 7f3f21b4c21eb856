package dev.millrace.agent.feed;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.message.RawJson;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's way through the events of a run. While it keeps up each event is given as it comes;
 * while it is behind, pieces of the same text are joined. For one thread; {@link #close()} may be
 * called by any.
 */
public final class FeedReader implements AutoCloseable {
  /** The position of a reader that is to be told all. */
  static final long START = 0;

  /** The position of a reader that has missed what came before. */
  static final long LATE = -1;

  private static final int MOST_JOINED = 16_384;
  private static final String DONE = "[DONE]";

  private final EventFeed feed;
  private final FeedFormat format;
  private long position;
  private long lastGiven;
  private boolean isDone;
  private volatile boolean closed;
  private volatile @Nullable Thread writer;
  private volatile long writingSince;

  FeedReader(EventFeed feed, FeedFormat format, long position) {
    this.feed = feed;
    this.format = format;
    this.position = position;
  }

  /** The number of the last event that it needs no more. Guarded by the feed's lock. */
  long position() {
    return Math.max(position, 0);
  }

  /**
   * The next frame, waited for; a heartbeat when there is none for a while; empty after the last.
   *
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Optional<Frame> next() throws InterruptedException {
    feed.lock().lockInterruptibly();
    try {
      long waitsSince = System.nanoTime();
      boolean isBehind = true;
      while (!closed && !isDone) {
        if (!feed.buffer().hasAllAfter(position)) {
          return given(snapshot());
        }
        var entry = feed.buffer().after(position);
        if (entry == null) {
          isBehind = false;
          if (feed.isOver()) {
            return last();
          }
          if (!await(left(waitsSince, feed.settings().heartbeat()))) {
            return Optional.of(Frame.HEARTBEAT);
          }
        } else if (isBehind && isToBeGathered(entry)) {
          await(left(lastGiven, feed.settings().flushInterval()));
        } else {
          var frame = frame(entry);
          if (frame != null) {
            return given(frame);
          }
        }
      }
      return Optional.empty();
    } finally {
      feed.lock().unlock();
    }
  }

  private static long left(long since, Duration duration) {
    return duration.toNanos() - (System.nanoTime() - since);
  }

  @SuppressWarnings("WaitNotInLoop") // its caller looks again whatever woke it
  private boolean await(long nanos) throws InterruptedException {
    return nanos > 0 && feed.changed().await(nanos, TimeUnit.NANOSECONDS);
  }

  private boolean isToBeGathered(Entry entry) {
    return entry instanceof Entry.Pieces pieces
        && feed.buffer().isGrowing(entry)
        && !feed.isOver()
        && pieces.charactersAfter(position) < feed.settings().flushCharacters()
        && left(lastGiven, feed.settings().flushInterval()) > 0;
  }

  private Optional<Frame> given(Frame frame) {
    lastGiven = System.nanoTime();
    return Optional.of(frame);
  }

  private Frame snapshot() {
    position = feed.buffer().last();
    var view = feed.view();
    return frame(format == FeedFormat.EVENTS ? view.json() : plainAfresh(view.text()));
  }

  /** What was shown before is void, since this is all of it. */
  private static String plainAfresh(String text) {
    var json = EventJson.text(text).text();
    return json.substring(0, json.length() - 1) + ",\"void\":true}";
  }

  /** The frame of what comes next in an entry; null when there is nothing to say in this format. */
  private @Nullable Frame frame(Entry entry) {
    long before = position;
    position = entry.last();
    return switch (entry) {
      case Entry.Pieces pieces -> {
        var text = pieces.textAfter(before);
        if (format == FeedFormat.EVENTS) {
          yield frame(pieces.json(text));
        }
        yield pieces.of().isText() ? frame(EventJson.text(text).text()) : null;
      }
      case Entry.Whole whole -> {
        var json = format == FeedFormat.EVENTS ? whole.json() : plain(whole);
        yield json == null ? null : frame(json);
      }
    };
  }

  private static @Nullable String plain(Entry.Whole whole) {
    var of = whole.of();
    boolean isVoid =
        of.path().isEmpty()
            && (of.is(AgentEvent.TurnRetried.class) || of.is(AgentEvent.TranscriptCompacted.class));
    if (isVoid) {
      return plainAfresh("");
    }
    if (of.kind() == RunError.class) {
      var error = RawJson.parse(whole.json()).member("error");
      return RawJson.object(Map.of("error", error)).text();
    }
    return null;
  }

  private Frame frame(String json) {
    return new Frame(feed.eventId(position), oneLine(json));
  }

  /** Some readers of lines, and JavaScript of old, take these for line breaks too. */
  private static String oneLine(String json) {
    return json.indexOf('\u2028') < 0 && json.indexOf('\u2029') < 0
        ? json
        : json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  private Optional<Frame> last() {
    isDone = true;
    return format == FeedFormat.TEXT ? given(new Frame("", DONE)) : Optional.empty();
  }

  /**
   * Writes all frames to a client, each flushed, until the last.
   *
   * @throws IOException when the client has gone, or was cut because a write took too long
   */
  public void writeTo(OutputStream out) throws IOException {
    writer = Thread.currentThread();
    try {
      for (var frame = next(); frame.isPresent(); frame = next()) {
        writingSince = System.nanoTime();
        out.write(frame.get().bytes());
        out.flush();
        writingSince = 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while waiting").initCause(e);
    } finally {
      writer = null;
    }
  }

  /** Interrupts a write that takes too long: on a virtual thread that closes the socket. */
  void cutIfStuck(long now) {
    long since = writingSince;
    var thread = writer;
    if (since != 0 && thread != null && now - since > feed.settings().writeTimeout().toNanos()) {
      thread.interrupt();
    }
  }

  /** The client has gone. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      feed.left(this);
    }
  }
}
