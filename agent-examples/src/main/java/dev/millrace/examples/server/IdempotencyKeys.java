package dev.millrace.examples.server;

import dev.millrace.examples.server.Conversations.Started;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Makes of requests with the same key one run, whose answer all of them get. Thread-safe. */
final class IdempotencyKeys {
  private static final int MOST_KEYS = 10_000;
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

  /** The run is not kept longer for this than for its readers. */
  private record Use(RequestBody body, CompletableFuture<WeakReference<Started>> started) {}

  private final Map<String, Use> uses =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Use> eldest) {
          return size() > MOST_KEYS;
        }
      };

  /** Begins a run, unless one was begun by the same principal under this key. */
  Started once(Principal principal, String key, RequestBody body, Supplier<Started> begin) {
    if (!KEY.matcher(key).matches()) {
      throw Problem.invalid("an Idempotency-Key has 1 to 200 visible ASCII characters");
    }
    var mine = new Use(body, new CompletableFuture<>());
    Use first;
    synchronized (uses) {
      first = uses.putIfAbsent(principal.name() + " " + key, mine);
    }
    return first == null ? begin(principal, key, mine, begin) : again(first, body);
  }

  private Started begin(Principal principal, String key, Use use, Supplier<Started> begin) {
    try {
      var started = begin.get();
      // The future that waits for the run's end keeps it until then.
      var unused = started.feed().result().handle((end, failure) -> started);
      use.started.complete(new WeakReference<>(started));
      return started;
    } catch (RuntimeException e) {
      synchronized (uses) {
        uses.remove(principal.name() + " " + key, use);
      }
      use.started.completeExceptionally(e);
      throw e;
    }
  }

  private static Started again(Use first, RequestBody body) {
    if (!first.body.equals(body)) {
      throw Problem.of(
          422, "invalid_request_error", "this Idempotency-Key was used with another body");
    }
    try {
      var started = first.started.join().get();
      if (started == null) {
        throw Problem.of(
            409, "conflict_error", "that run is over; its conversation has the answer");
      }
      return started;
    } catch (CompletionException e) {
      if (e.getCause() instanceof Problem problem) {
        throw problem;
      }
      throw e;
    }
  }
}
