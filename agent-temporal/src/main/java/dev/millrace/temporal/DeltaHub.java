package dev.millrace.temporal;

import dev.millrace.agent.message.InvalidJsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes news from workers elsewhere to the watchers of this process, without a broker: workers
 * connect by a {@link DeltaUplink}. Nothing on the way is encrypted; it is for one machine, or for
 * a network that is trusted.
 */
public final class DeltaHub implements DeltaBus, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaHub.class);
  private static final int SECRET_MILLIS = 5_000;
  private static final int MOST_CHARACTERS = 8 << 20;
  private static final int MOST_WORKERS = 1_000;

  private final LocalDeltaBus local = new LocalDeltaBus();
  private final ServerSocket socket;
  private final byte[] secret;
  private final Set<Socket> workers = ConcurrentHashMap.newKeySet();

  private DeltaHub(ServerSocket socket, byte[] secret) {
    this.socket = socket;
    this.secret = secret;
  }

  /**
   * Begins to listen.
   *
   * @param secret what workers must say first; without line ends
   */
  public static DeltaHub listen(InetSocketAddress address, String secret) throws IOException {
    var socket = new ServerSocket();
    try {
      socket.bind(address);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    var hub = new DeltaHub(socket, secret.getBytes(StandardCharsets.UTF_8));
    Thread.ofVirtual().name("millrace delta hub").start(hub::accept);
    return hub;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public void publish(Delta delta) {
    local.publish(delta);
  }

  @Override
  public Subscription subscribe(String runId, Consumer<Delta> watcher) {
    return local.subscribe(runId, watcher);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var worker = socket.accept();
        if (workers.size() >= MOST_WORKERS) {
          worker.close();
          continue;
        }
        workers.add(worker);
        Thread.ofVirtual().name("millrace delta hub").start(() -> read(worker));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          LOG.warn("a worker could not connect", e);
        }
      }
    }
  }

  private void read(Socket worker) {
    try (worker) {
      worker.setSoTimeout(SECRET_MILLIS);
      var lines =
          new BufferedReader(
              new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8));
      var said = line(lines);
      if (said == null || !MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), secret)) {
        LOG.warn("{} did not say the secret", worker.getRemoteSocketAddress());
        return;
      }
      worker.setSoTimeout(0);
      for (var line = line(lines); line != null; line = line(lines)) {
        local.publish(Delta.parse(line));
      }
    } catch (IOException | IllegalArgumentException | InvalidJsonException e) {
      if (!socket.isClosed()) {
        LOG.warn("news from {} ended: {}", worker.getRemoteSocketAddress(), e.toString());
      }
    } finally {
      workers.remove(worker);
    }
  }

  /** The next line; null at the end. */
  private static @Nullable String line(BufferedReader lines) throws IOException {
    var line = new StringBuilder();
    for (int c = lines.read(); c != '\n'; c = lines.read()) {
      if (c < 0) {
        return null;
      }
      if (line.length() == MOST_CHARACTERS) {
        throw new IOException("a line of more than " + MOST_CHARACTERS + " characters");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** Ends all connections. */
  @Override
  public void close() throws IOException {
    socket.close();
    for (var worker : workers) {
      worker.close();
    }
  }
}
