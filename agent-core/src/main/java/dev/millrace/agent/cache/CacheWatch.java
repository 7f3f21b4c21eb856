package dev.millrace.agent.cache;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunObserver;
import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.message.Usage;
import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells why the prompt cache was missed: compares each request with the last one of its
 * conversation and names the first block that changed. The last requests of 1,024 sessions are
 * known, as long as there is memory for them; without a session, those of one run. Thread-safe.
 *
 * <pre>{@code
 * AgentRunner.builder(client, model)
 *     .observer(new CacheWatch(miss -> log.info("{}", miss)))
 * }</pre>
 */
public final class CacheWatch implements RunObserver {
  private static final int MOST_SESSIONS = 1_024;

  private final Consumer<CacheMiss> report;
  private final Map<String, SoftReference<Last>> sessions =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SoftReference<Last>> eldest) {
          return size() > MOST_SESSIONS;
        }
      };

  /** A request that was answered, and what its answer said of the cache. */
  private record Last(RequestPrefix prefix, Usage usage) {
    boolean isCached() {
      return usage.cacheReadInputTokens() + usage.cacheCreationInputTokens() > 0;
    }
  }

  /**
   * @param report told on the run's thread
   */
  public CacheWatch(Consumer<CacheMiss> report) {
    this.report = report;
  }

  @Override
  public Observation begins(String model, String sessionId) {
    return new Watched(sessionId, last(sessionId));
  }

  private @Nullable Last last(String sessionId) {
    synchronized (sessions) {
      var known = sessions.get(sessionId);
      return known == null ? null : known.get();
    }
  }

  private void keep(String sessionId, Last last) {
    synchronized (sessions) {
      sessions.put(sessionId, new SoftReference<>(last));
    }
  }

  private final class Watched implements Observation {
    private final String sessionId;
    private @Nullable Last last;
    private @Nullable RequestPrefix asked;

    Watched(String sessionId, @Nullable Last last) {
      this.sessionId = sessionId;
      this.last = last;
    }

    @Override
    public void asks(int turn, MessageRequest request) {
      asked = new RequestPrefix(request);
    }

    @Override
    public void on(AgentEvent event) {
      if (event instanceof AgentEvent.MessageCompleted(int turn, var message) && asked != null) {
        var now = new Last(asked, message.usage());
        if (last != null) {
          compare(turn, last, now);
        }
        last = now;
      }
    }

    private void compare(int turn, Last before, Last now) {
      var change = now.prefix.changeSince(before.prefix);
      if (change.isPresent()) {
        var at = change.get();
        report.accept(new CacheMiss(sessionId, turn, at.pointer(), at.name(), now.usage));
      } else if (before.isCached() && now.usage.cacheReadInputTokens() == 0) {
        report.accept(new CacheMiss(sessionId, turn, "", "", now.usage));
      }
    }

    @Override
    public void ended(@Nullable Throwable failure) {
      if (last != null && !sessionId.isEmpty()) {
        keep(sessionId, last);
      }
    }
  }
}
