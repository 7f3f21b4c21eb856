package dev.millrace.examples.server;

import dev.millrace.examples.endpoint.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server and what it needs, or neither.
 *
 * @param drain how long runs may go on when it is stopped
 * @param code the exit code when there is none
 */
record StartedServer(@Nullable Server server, @Nullable Endpoint endpoint, Duration drain, int code)
    implements AutoCloseable {

  static StartedServer none(int code) {
    return new StartedServer(null, null, Duration.ZERO, code);
  }

  /** Stops in good order. */
  void stop() {
    try {
      if (server != null) {
        server.stop(drain);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
  }
}
