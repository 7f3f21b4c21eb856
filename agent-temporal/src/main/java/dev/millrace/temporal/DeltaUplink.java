package dev.millrace.temporal;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's way to a {@link DeltaHub}. It connects by itself, again and again; what finds no place
 * meanwhile is dropped, since a run must not wait for those who watch it, and so may be what was on
 * its way when a connection broke: the hub confirms nothing.
 */
public final class DeltaUplink implements DeltaBus, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaUplink.class);
  private static final int MOST_WAITING = 10_000;
  private static final int CONNECT_MILLIS = 5_000;
  private static final long PAUSE_MILLIS = 300;

  private final InetSocketAddress hub;
  private final String secret;
  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread sender;
  private @Nullable String unsent;

  private DeltaUplink(InetSocketAddress hub, String secret) {
    this.hub = hub;
    this.secret = secret;
    this.sender = Thread.ofVirtual().name("millrace delta uplink").unstarted(this::send);
  }

  /** A way to the hub at this address. */
  public static DeltaUplink to(InetSocketAddress hub, String secret) {
    var uplink = new DeltaUplink(hub, secret);
    uplink.sender.start();
    return uplink;
  }

  @Override
  public void publish(Delta delta) {
    if (!waiting.offer(delta.json().text())) {
      LOG.debug("news of run {} found no place", delta.runId());
    }
  }

  /** Not from here: those who watch are at the hub. */
  @Override
  public Subscription subscribe(String runId, Consumer<Delta> watcher) {
    throw new UnsupportedOperationException("watch at the hub, in its process");
  }

  private void send() {
    boolean isTold = false;
    while (!Thread.currentThread().isInterrupted()) {
      try (var socket = new Socket()) {
        socket.connect(hub, CONNECT_MILLIS);
        socket.setTcpNoDelay(true);
        isTold = false;
        sendOver(socket.getOutputStream());
      } catch (IOException e) {
        if (!isTold) {
          LOG.warn("no way to the hub at {}: {}", hub, e.toString());
          isTold = true;
        }
      } catch (InterruptedException e) {
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void sendOver(OutputStream out) throws IOException, InterruptedException {
    write(out, secret);
    while (true) {
      // What may not have arrived is sent again.
      unsent = unsent == null ? waiting.take() : unsent;
      write(out, unsent);
      unsent = null;
    }
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the connection; what still waits is dropped. */
  @Override
  public void close() {
    sender.interrupt();
  }
}
