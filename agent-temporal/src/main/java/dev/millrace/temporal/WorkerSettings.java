package dev.millrace.temporal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a worker runs steps; the same for all workers of a task queue.
 *
 * @param heartbeat how long a step may be silent before another worker does it again, or its
 *     outcome is given up as unknown; workers tell three times as often that they live
 * @param modelTimeout most time of one turn of the model, retries included
 * @param store where transcripts are kept; in the history itself when there is none
 * @param bus carries live news
 * @param attributes for tools
 * @param historyEvents after how many events of its history a run goes on in a new one, unless the
 *     engine asks for it before
 */
public record WorkerSettings(
    Duration heartbeat,
    Duration modelTimeout,
    Optional<BlobStore> store,
    DeltaBus bus,
    Map<String, Object> attributes,
    int historyEvents) {
  /** 15 seconds, an hour, no store, no bus, no attributes, 4,000 events. */
  public static final WorkerSettings DEFAULT =
      new WorkerSettings(
          Duration.ofSeconds(15),
          Duration.ofHours(1),
          Optional.empty(),
          DeltaBus.NONE,
          Map.of(),
          4_000);

  /** Copies the attributes. */
  public WorkerSettings {
    attributes = Map.copyOf(attributes);
  }

  public WorkerSettings heartbeat(Duration heartbeat) {
    return new WorkerSettings(heartbeat, modelTimeout, store, bus, attributes, historyEvents);
  }

  public WorkerSettings modelTimeout(Duration modelTimeout) {
    return new WorkerSettings(heartbeat, modelTimeout, store, bus, attributes, historyEvents);
  }

  public WorkerSettings store(BlobStore store) {
    return new WorkerSettings(
        heartbeat, modelTimeout, Optional.of(store), bus, attributes, historyEvents);
  }

  public WorkerSettings bus(DeltaBus bus) {
    return new WorkerSettings(heartbeat, modelTimeout, store, bus, attributes, historyEvents);
  }

  public WorkerSettings attributes(Map<String, Object> attributes) {
    return new WorkerSettings(heartbeat, modelTimeout, store, bus, attributes, historyEvents);
  }

  public WorkerSettings historyEvents(int historyEvents) {
    return new WorkerSettings(heartbeat, modelTimeout, store, bus, attributes, historyEvents);
  }
}
