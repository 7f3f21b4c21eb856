package dev.millrace.agent.feed;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.MessageResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run as a stream of server-sent events, which any number of clients read, each at its own pace,
 * from the start, from the event that one has seen last, or from a snapshot when that is too long
 * ago. No reader slows the run. Thread-safe.
 *
 * <pre>{@code
 * var feed = feeds.start(id, (listener, cancel) ->
 *     runner.run(transcript, listener, RunOptions.DEFAULT.cancelledBy(cancel)));
 * EventFeed.HEADERS.forEach(response::header);
 * feed.writeTo(response.outputStream(), FeedFormat.EVENTS);
 * }</pre>
 */
public final class EventFeed {
  /** What a response with such a stream says of itself. */
  public static final Map<String, String> HEADERS = headers();

  /** What a run does: tells the listener, ends soon when it is cancelled, gives its result. */
  @FunctionalInterface
  public interface Body {
    RunResult run(RunListener listener, CancelSignal cancel);
  }

  /** How long a run waits at least for its first reader. */
  private static final Duration UNREAD = Duration.ofSeconds(1);

  private static final Pattern EVENT_ID = Pattern.compile("([0-9a-z]{1,16})-([0-9]{1,18})");

  private final String id;
  private final String prefix;
  private final FeedSettings settings;
  private final EventBuffer buffer;
  private final RunView view;
  private final Cancellation cancellation = new Cancellation();
  private final CompletableFuture<RunResult> result = new CompletableFuture<>();
  private final Set<FeedReader> readers = new LinkedHashSet<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable AgentEvent end;
  private int turn;
  private long quietSince = System.nanoTime();
  private boolean hasEnded;

  /**
   * @param prefix tells the numbers of this run's events from those of others
   */
  EventFeed(String id, String prefix, FeedSettings settings) {
    this.id = id;
    this.prefix = prefix;
    this.settings = settings;
    this.buffer = new EventBuffer(settings.maxEvents(), settings.maxCharacters());
    this.view = new RunView(settings.maxCharacters());
  }

  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", "text/event-stream");
    headers.put("Cache-Control", "no-cache, no-store");
    headers.put("X-Accel-Buffering", "no");
    return Map.copyOf(headers);
  }

  /** Runs to the end; nothing that is thrown gets lost. */
  void run(Body body, Runnable ended) {
    RunResult reached = null;
    Throwable failure = null;
    try {
      reached = body.run(this::on, cancellation);
    } catch (Throwable e) {
      failure = e;
    }
    ended.run();
    ends(reached, failure);
  }

  private void ends(@Nullable RunResult reached, @Nullable Throwable failure) {
    lock.lock();
    try {
      if (failure == null && end != null) {
        add(end);
      } else {
        var why = failure == null ? new IllegalStateException("no run was made") : failure;
        var error = RunError.of(why);
        var origin = new Origin(RunError.class, turn, List.of(), "");
        view.add(buffer.add(origin, EventJson.failed(error).text(), ""));
      }
      hasEnded = true;
      quietSince = System.nanoTime();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (failure == null && reached != null) {
      result.complete(reached);
    } else {
      result.completeExceptionally(
          failure == null ? new IllegalStateException("the body gave no result") : failure);
    }
  }

  /** The end is told when all is put away, so that whoever sees it can go on at once. */
  private void on(AgentEvent event) {
    lock.lock();
    try {
      if (event instanceof AgentEvent.RunFinished) {
        end = event;
      } else {
        add(event);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(AgentEvent event) {
    if (event instanceof AgentEvent.TurnStarted started) {
      turn = started.turn();
    }
    var origin = Origin.of(event, turn);
    var piece = Origin.piece(event);
    if (piece == null) {
      view.add(buffer.add(origin, EventJson.of(event, turn).text(), text(event)));
    } else if (!piece.isEmpty()) {
      buffer.add(origin, piece, () -> EventJson.of(event, turn).text()).ifPresent(view::add);
    }
  }

  private static String text(AgentEvent event) {
    return event instanceof AgentEvent.MessageCompleted completed ? text(completed.message()) : "";
  }

  private static String text(MessageResponse message) {
    return message.content().stream()
        .filter(ContentBlock.Text.class::isInstance)
        .map(block -> ((ContentBlock.Text) block).text())
        .collect(Collectors.joining());
  }

  /** The name by which it was started. */
  public String id() {
    return id;
  }

  /** Tells the run to end; returns at once. */
  public void cancel() {
    cancellation.cancel();
  }

  /** Whether the run is over. */
  public boolean hasEnded() {
    lock.lock();
    try {
      return hasEnded;
    } finally {
      lock.unlock();
    }
  }

  /** How the run ends: its result, or what it failed with. */
  public CompletableFuture<RunResult> result() {
    return result.copy();
  }

  /** A reader of all events from the first. */
  public FeedReader read(FeedFormat format) {
    return read(format, eventId(FeedReader.START));
  }

  /**
   * A reader of the events after the one of this id. When they are no longer there, the id is null
   * or empty, or that of another run, it begins with a snapshot: the fewest events that show where
   * the run is.
   *
   * @param lastEventId what the client sent as {@code Last-Event-ID}
   * @throws IllegalArgumentException when that was never the id of an event
   */
  public FeedReader read(FeedFormat format, @Nullable String lastEventId) {
    long after = seen(lastEventId);
    lock.lock();
    try {
      if (after > buffer.last()) {
        throw new IllegalArgumentException(
            "no event of this run has the id \"" + lastEventId + "\" yet");
      }
      var reader = new FeedReader(this, format, after);
      readers.add(reader);
      return reader;
    } finally {
      lock.unlock();
    }
  }

  /** The number of the event. */
  private long seen(@Nullable String lastEventId) {
    if (lastEventId == null || lastEventId.isEmpty()) {
      return FeedReader.LATE;
    }
    var parts = EVENT_ID.matcher(lastEventId);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "Last-Event-ID must be the id of an event of this stream, such as " + prefix + "-42");
    }
    return parts.group(1).equals(prefix) ? Long.parseLong(parts.group(2)) : FeedReader.LATE;
  }

  /**
   * Writes the events to a client until the run ends or the client leaves. It returns when the
   * client has gone, which is no error; then the run is cancelled unless others read it or {@link
   * FeedSettings#abandoned()} lets it go on. To be called by a virtual thread: one that takes too
   * long to write is interrupted, which closes its socket.
   *
   * @throws IllegalArgumentException as {@link #read}, before anything is written
   */
  public void writeTo(OutputStream out, FeedFormat format, @Nullable String lastEventId) {
    try (var reader = read(format, lastEventId)) {
      reader.writeTo(out);
    } catch (IOException e) {
      // The client has left or was cut; closing the reader has told the run.
      return;
    }
  }

  /** Writes all events from the first, see {@link #writeTo(OutputStream, FeedFormat, String)}. */
  public void writeTo(OutputStream out, FeedFormat format) {
    writeTo(out, format, eventId(FeedReader.START));
  }

  ReentrantLock lock() {
    return lock;
  }

  Condition changed() {
    return changed;
  }

  EventBuffer buffer() {
    return buffer;
  }

  RunView view() {
    return view;
  }

  FeedSettings settings() {
    return settings;
  }

  boolean isOver() {
    return hasEnded;
  }

  /** The id of the event of this number. */
  String eventId(long number) {
    return prefix + "-" + number;
  }

  int readers() {
    lock.lock();
    try {
      return readers.size();
    } finally {
      lock.unlock();
    }
  }

  long waitingEvents() {
    lock.lock();
    try {
      return readers.stream().mapToLong(reader -> buffer.last() - reader.position()).sum();
    } finally {
      lock.unlock();
    }
  }

  void left(FeedReader reader) {
    boolean isAbandoned;
    lock.lock();
    try {
      readers.remove(reader);
      changed.signalAll();
      isAbandoned = readers.isEmpty() && !hasEnded;
      if (readers.isEmpty()) {
        quietSince = System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
    if (isAbandoned && settings.abandoned().isZero()) {
      cancel();
    }
  }

  /** Cuts readers that take too long, and cancels the run when nobody has read it for too long. */
  void tidy(long now) {
    List<FeedReader> reading;
    boolean isAbandoned;
    lock.lock();
    try {
      reading = List.copyOf(readers);
      isAbandoned =
          !hasEnded
              && reading.isEmpty()
              && isQuiet(now, settings.abandoned())
              && isQuiet(now, UNREAD);
    } finally {
      lock.unlock();
    }
    reading.forEach(reader -> reader.cutIfStuck(now));
    if (isAbandoned) {
      cancel();
    }
  }

  private boolean isQuiet(long now, Duration duration) {
    return now - quietSince >= duration.toNanos();
  }

  /** Whether nobody can want it any more. */
  boolean isForgotten(long now) {
    lock.lock();
    try {
      return hasEnded && readers.isEmpty() && isQuiet(now, settings.kept());
    } finally {
      lock.unlock();
    }
  }
}
