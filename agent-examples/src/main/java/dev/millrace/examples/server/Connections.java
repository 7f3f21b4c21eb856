package dev.millrace.examples.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections that clients cannot hold for nothing: one address has a bounded number of
 * them, and one on which no whole request comes in time is closed however busy it is. The server's
 * own timeout is for silence alone, which a byte now and then breaks. Thread-safe.
 */
final class Connections implements ServerConnectionSelector {
  private final ServerConnectionSelector http1;
  private final int mostOfAClient;
  private final Map<String, Integer> ofClients = new ConcurrentHashMap<>();
  private final Set<Thread> answering = ConcurrentHashMap.newKeySet();

  Connections(Http1Config config, int mostOfAClient) {
    this.http1 = Http1ConnectionSelector.builder().config(config).build();
    this.mostOfAClient = mostOfAClient;
  }

  /** Does what answers a request that this thread has read the head of. */
  void answer(Runnable answer) {
    answering.add(Thread.currentThread());
    try {
      answer.run();
    } finally {
      answering.remove(Thread.currentThread());
    }
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Watched(http1.connection(context), client(context.remotePeer().address()));
  }

  private static String client(SocketAddress address) {
    return address instanceof InetSocketAddress internet
        ? internet.getAddress().getHostAddress()
        : address.toString();
  }

  private final class Watched implements ServerConnection {
    private final ServerConnection connection;
    private final String client;
    private volatile @Nullable Thread thread;

    Watched(ServerConnection connection, String client) {
      this.connection = connection;
      this.client = client;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      thread = Thread.currentThread();
      int count = ofClients.merge(client, 1, Integer::sum);
      try {
        if (count > mostOfAClient) {
          throw new CloseConnectionException("too many connections from " + client);
        }
        connection.handle(limit);
      } finally {
        ofClients.computeIfPresent(client, (name, n) -> n == 1 ? null : n - 1);
      }
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean isInterrupted) {
      connection.close(isInterrupted);
      var reading = thread;
      if (isInterrupted && reading != null && !answering.contains(reading)) {
        reading.interrupt(); // a virtual thread, whose socket closes with that
      }
    }
  }
}
