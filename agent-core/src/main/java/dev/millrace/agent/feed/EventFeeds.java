package dev.millrace.agent.feed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The runs of a service, by name: each goes on in a virtual thread of its own whoever reads it, and
 * is kept for a while when it has ended. Thread-safe.
 */
public final class EventFeeds implements AutoCloseable {
  private static final long TICK_MILLIS = 100;

  private final FeedSettings settings;
  private final Map<String, EventFeed> feeds = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition started = lock.newCondition();
  private final Condition ended = lock.newCondition();
  private final Condition closing = lock.newCondition();
  private int running;
  private boolean closed;

  /** Feeds with these settings, unless one is started with others. */
  public EventFeeds(FeedSettings settings) {
    this.settings = settings;
    Thread.ofVirtual().name("millrace feeds").start(this::keep);
  }

  /** Feeds with {@link FeedSettings#DEFAULT}. */
  public EventFeeds() {
    this(FeedSettings.DEFAULT);
  }

  /** Starts a run, see {@link #start(String, FeedSettings, EventFeed.Body)}. */
  public EventFeed start(String id, EventFeed.Body body) {
    return start(id, settings, body);
  }

  /**
   * Starts a run, which takes the place of an ended one of the same name.
   *
   * @throws IllegalStateException when a run of that name goes on, or all are closed
   */
  public EventFeed start(String id, FeedSettings settings, EventFeed.Body body) {
    var feed = new EventFeed(id, newPrefix(), settings);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("no run can be started any more");
      }
      var old = feeds.get(id);
      if (old != null && !old.hasEnded()) {
        throw new IllegalStateException("a run of the name \"" + id + "\" goes on");
      }
      feeds.put(id, feed);
      running++;
      started.signalAll();
    } finally {
      lock.unlock();
    }
    Thread.ofVirtual().name("millrace run " + id).start(() -> feed.run(body, this::ended));
    return feed;
  }

  private static String newPrefix() {
    return Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
  }

  private void ended() {
    lock.lock();
    try {
      running--;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The run of this name, which may have ended; empty when there is none or it is forgotten. */
  public Optional<EventFeed> find(String id) {
    return Optional.ofNullable(feeds.get(id));
  }

  /** How many runs go on. */
  public int running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** How many readers there are. */
  public int readers() {
    return feeds.values().stream().mapToInt(EventFeed::readers).sum();
  }

  /** How many events wait for their readers, those for two readers twice. */
  public long waitingEvents() {
    return feeds.values().stream().mapToLong(EventFeed::waitingEvents).sum();
  }

  /**
   * Waits until no run goes on.
   *
   * @return whether none does; false when the time is up
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (running > 0 && left > 0) {
        left = ended.awaitNanos(left);
      }
      return running == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Looks after all feeds while there are any. */
  private void keep() {
    while (awaitTick()) {
      long now = System.nanoTime();
      feeds.forEach((id, feed) -> {
        feed.tidy(now);
        if (feed.isForgotten(now)) {
          feeds.remove(id, feed);
        }
      });
    }
  }

  /** Waits as long as there is nothing to look after; false when there never will be. */
  private boolean awaitTick() {
    lock.lock();
    try {
      while (feeds.isEmpty() && !closed) {
        started.awaitUninterruptibly();
      }
      long left = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
      while (left > 0 && !closed) {
        left = closing.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      lock.unlock();
    }
  }

  /** Cancels all runs and waits for their ends; none can be started any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      started.signalAll();
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    var all = List.copyOf(feeds.values());
    all.forEach(EventFeed::cancel);
    all.forEach(feed -> feed.result().handle((end, failure) -> "").join());
  }
}
