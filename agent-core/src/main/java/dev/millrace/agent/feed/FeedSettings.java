package dev.millrace.agent.feed;

import java.time.Duration;

/**
 * How a run is streamed to its readers.
 *
 * @param flushInterval how long pieces of a text are gathered for a reader that is behind
 * @param flushCharacters how many characters of them are sent before that time is up
 * @param heartbeat the silence after which a comment is sent. A client that left is noticed by the
 *     second write after it did, so this is what an abandoned run costs while its model is silent
 * @param maxEvents how many of the newest events are kept to be resumed from
 * @param maxCharacters how many characters they may have; also those of a snapshot
 * @param writeTimeout how long one write may take before the reader is cut
 * @param abandoned how long a run goes on that nobody reads; zero to cancel it when its last reader
 *     leaves
 * @param kept how long a run can still be read when it has ended
 */
public record FeedSettings(
    Duration flushInterval,
    int flushCharacters,
    Duration heartbeat,
    int maxEvents,
    int maxCharacters,
    Duration writeTimeout,
    Duration abandoned,
    Duration kept) {
  /**
   * 50 ms or 100 characters; a heartbeat after 400 ms; 4,096 events of at most 1 Mi characters; a
   * write may take 30 s; a run that nobody reads is cancelled at once, one that ended is kept for 5
   * minutes.
   */
  public static final FeedSettings DEFAULT =
      new FeedSettings(
          Duration.ofMillis(50),
          100,
          Duration.ofMillis(400),
          4_096,
          1 << 20,
          Duration.ofSeconds(30),
          Duration.ZERO,
          Duration.ofMinutes(5));

  /**
   * @throws IllegalArgumentException for what cannot be worked with
   */
  public FeedSettings {
    require(!flushInterval.isNegative(), "flushInterval", flushInterval);
    require(flushCharacters > 0, "flushCharacters", flushCharacters);
    require(heartbeat.isPositive(), "heartbeat", heartbeat);
    require(maxEvents > 0, "maxEvents", maxEvents);
    require(maxCharacters > 0, "maxCharacters", maxCharacters);
    require(writeTimeout.isPositive(), "writeTimeout", writeTimeout);
    require(!abandoned.isNegative(), "abandoned", abandoned);
    require(!kept.isNegative(), "kept", kept);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " cannot be " + value);
    }
  }

  /** The same with these two knobs for gathering pieces. */
  public FeedSettings flush(Duration interval, int characters) {
    return new FeedSettings(
        interval, characters, heartbeat, maxEvents, maxCharacters, writeTimeout, abandoned, kept);
  }

  /** The same with a comment after this silence. */
  public FeedSettings heartbeat(Duration heartbeat) {
    return new FeedSettings(
        flushInterval,
        flushCharacters,
        heartbeat,
        maxEvents,
        maxCharacters,
        writeTimeout,
        abandoned,
        kept);
  }

  /** The same with so much to be resumed from. */
  public FeedSettings keeping(int events, int characters) {
    return new FeedSettings(
        flushInterval,
        flushCharacters,
        heartbeat,
        events,
        characters,
        writeTimeout,
        abandoned,
        kept);
  }

  /** The same, cutting a reader that takes longer for a write. */
  public FeedSettings writeTimeout(Duration writeTimeout) {
    return new FeedSettings(
        flushInterval,
        flushCharacters,
        heartbeat,
        maxEvents,
        maxCharacters,
        writeTimeout,
        abandoned,
        kept);
  }

  /** The same with a run that goes on so long when nobody reads it. */
  public FeedSettings abandoned(Duration abandoned) {
    return new FeedSettings(
        flushInterval,
        flushCharacters,
        heartbeat,
        maxEvents,
        maxCharacters,
        writeTimeout,
        abandoned,
        kept);
  }

  /** The same with a run that can be read so long after its end. */
  public FeedSettings kept(Duration kept) {
    return new FeedSettings(
        flushInterval,
        flushCharacters,
        heartbeat,
        maxEvents,
        maxCharacters,
        writeTimeout,
        abandoned,
        kept);
  }
}
