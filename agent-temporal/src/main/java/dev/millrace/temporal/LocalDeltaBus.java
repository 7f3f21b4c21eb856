package dev.millrace.temporal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries news within one process, on the thread that publishes. */
public final class LocalDeltaBus implements DeltaBus {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDeltaBus.class);

  private final Map<String, List<Watcher>> watchers = new ConcurrentHashMap<>();

  private static final class Watcher {
    private final Consumer<Delta> consumer;

    Watcher(Consumer<Delta> consumer) {
      this.consumer = consumer;
    }

    synchronized void tell(Delta delta) {
      try {
        consumer.accept(delta);
      } catch (RuntimeException e) {
        LOG.warn("a watcher of run {} failed", delta.runId(), e);
      }
    }
  }

  @Override
  public void publish(Delta delta) {
    watchers.getOrDefault(delta.runId(), List.of()).forEach(watcher -> watcher.tell(delta));
  }

  @Override
  public Subscription subscribe(String runId, Consumer<Delta> consumer) {
    var watcher = new Watcher(consumer);
    watchers.computeIfAbsent(runId, id -> new CopyOnWriteArrayList<>()).add(watcher);
    return () ->
        watchers.computeIfPresent(
            runId,
            (id, all) -> {
              all.remove(watcher);
              return all.isEmpty() ? null : all;
            });
  }
}
