package dev.millrace.examples.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a client and a server that can be lost. */
final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile int to;
  private volatile boolean isLost;

  /** One whose own port is known before it leads anywhere. */
  Relay() throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  void leadTo(int port) {
    to = port;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Everything that is open breaks off, and nothing more gets through. */
  void lose() {
    isLost = true;
    sockets.forEach(Relay::close);
  }

  void restore() {
    isLost = false;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var near = listening.accept();
        if (isLost) {
          near.close();
          continue;
        }
        var far = new Socket(InetAddress.getLoopbackAddress(), to);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> copy(near, far));
        Thread.ofVirtual().start(() -> copy(far, near));
      } catch (IOException e) {
        // Closed, or the server has gone: the loop sees which.
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      return; // lost
    } finally {
      close(from);
      close(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    sockets.forEach(Relay::close);
  }
}
