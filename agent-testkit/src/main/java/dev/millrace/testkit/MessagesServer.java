package dev.millrace.testkit;

import dev.millrace.testkit.rules.RequestRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Messages API as an HTTP server on loopback, at a port of its own.
 *
 * <pre>{@code
 * try (var server = MessagesServer.start(Script.of(Reply.says("Hello ", "world")))) {
 *   // point a client at server.baseUri(), then
 *   server.verify();
 * }
 * }</pre>
 *
 * <p>It serves {@code POST /v1/messages}, {@code POST /v1/messages/count_tokens} and {@code GET
 * /v1/models/{id}}, and refuses what the API would refuse ({@link RequestRules}) before the script
 * is asked. Each connection has a virtual thread. All methods may be called by any thread.
 */
public final class MessagesServer implements AutoCloseable {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final ServerSocket socket;
  private final Requests requests;
  private final Exchange exchange;
  private final Supplier<List<String>> unusedSteps;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile boolean closing;

  private MessagesServer(Builder builder, Responder responder, Supplier<List<String>> unused) {
    try {
      this.socket = new ServerSocket(builder.port, 1024, InetAddress.getByAddress(LOOPBACK));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback port " + builder.port, e);
    }
    this.requests =
        new Requests(builder.maxRequests, builder.maxRecordedBytes, builder.refusalsExpected);
    this.exchange = new Exchange(responder, builder.rules, requests, builder.maxBody);
    this.unusedSteps = unused;
    this.acceptor = Thread.ofVirtual().name("messages-server-" + port()).unstarted(this::accept);
  }

  /** Starts a server that answers each request with what the responder says. */
  public static MessagesServer start(Responder responder) {
    return builder().start(responder);
  }

  /** Starts a server that plays a script. */
  public static MessagesServer start(Script script) {
    return builder().start(script);
  }

  /** A server to be set up. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where it listens, such as {@code http://127.0.0.1:40123}; the paths start with {@code /v1}. */
  public URI baseUri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** The port it listens on. */
  public int port() {
    return socket.getLocalPort();
  }

  /** What it was asked so far, in the order of arrival, refused requests too. */
  public List<RecordedRequest> requests() {
    return requests.all();
  }

  /** How many requests have come, also those that are no longer kept. */
  public int requestCount() {
    return requests.count();
  }

  /**
   * Waits until so many requests have come.
   *
   * @throws AssertionError if they have not within the time
   */
  public void awaitRequests(int count, Duration atMost) throws InterruptedException {
    if (!requests.await(count, atMost)) {
      throw new AssertionError(
          "expected %d requests within %s, got %d".formatted(count, atMost, requestCount()));
    }
  }

  /** How many connections are open now. */
  public int openConnections() {
    return connections.size();
  }

  /**
   * Waits until no connection is open: every client has closed or lost its own.
   *
   * @throws AssertionError if some still is after the time
   */
  public void awaitNoConnections(Duration atMost) throws InterruptedException {
    if (!awaitEnds(System.nanoTime() + atMost.toNanos())) {
      throw new AssertionError(
          "expected no open connection within %s, got %d".formatted(atMost, openConnections()));
    }
  }

  /**
   * Checks that all went to plan.
   *
   * @throws AssertionError that lists the requests that were refused, not expected or not
   *     answerable, and the steps of the script that were never reached
   */
  public void verify() {
    requests.verify(unusedSteps.get());
  }

  /** Ends all connections in whatever state they are, and returns when no thread is left. */
  @Override
  public void close() {
    closing = true;
    try {
      socket.close();
      acceptor.join(CLOSING);
      for (Connection connection : connections) {
        connection.close();
      }
      if (!awaitEnds(System.nanoTime() + CLOSING.toNanos())) {
        throw new IllegalStateException(
            "a responder ignores its interrupt: %d connections still run after %s"
                .formatted(openConnections(), CLOSING));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + baseUri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One that a client has closed already may be accepted while the others are waited for. */
  private boolean awaitEnds(long deadline) throws InterruptedException {
    while (!connections.isEmpty() && System.nanoTime() - deadline < 0) {
      for (Connection connection : connections) {
        connection.awaitEnd(deadline);
      }
    }
    return connections.isEmpty();
  }

  private void accept() {
    for (int number = 1; !closing; number++) {
      try {
        var connection = new Connection(number, socket.accept(), exchange, connections::remove);
        connections.add(connection);
        connection.start();
      } catch (IOException e) {
        if (!closing) {
          requests.problem("cannot accept connection " + number + ": " + e);
          LockSupport.parkNanos(1_000_000); // too many open files: let some be closed
        }
      }
    }
  }

  /** A server to be set up; its defaults are those of the API. */
  public static final class Builder {
    private int port;
    private @Nullable RequestRules rules = new RequestRules();
    private boolean refusalsExpected;
    private int maxRequests = 10_000;
    private long maxRecordedBytes = 256L << 20;
    private int maxBody = 32 << 20;

    private Builder() {}

    /** Listens on this port; by default on any free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** Checks no request, not even that it is JSON. */
    public Builder withoutRules() {
      this.rules = null;
      return this;
    }

    /**
     * Does not count it as a fault, in {@link MessagesServer#verify()}, that a request is refused.
     */
    public Builder refusalsExpected() {
      this.refusalsExpected = true;
      return this;
    }

    /** Keeps this many of the newest requests; 10,000 by default, at most 256 MiB of bodies. */
    public Builder keepRequests(int newest) {
      this.maxRequests = newest;
      return this;
    }

    /** Refuses larger bodies; 32 MiB by default. */
    public Builder maxBodyBytes(int bytes) {
      this.maxBody = bytes;
      return this;
    }

    /** Starts a server that answers each request with what the responder says. */
    public MessagesServer start(Responder responder) {
      return started(new MessagesServer(this, responder, List::of));
    }

    /** Starts a server that plays a script. */
    public MessagesServer start(Script script) {
      var run = new ScriptRun(script);
      return started(new MessagesServer(this, run, run::unused));
    }

    private static MessagesServer started(MessagesServer server) {
      server.acceptor.start();
      return server;
    }
  }
}
