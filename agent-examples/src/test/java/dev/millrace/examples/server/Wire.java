package dev.millrace.examples.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection on which anything may be sent. */
final class Wire implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Socket socket;

  private Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
  }

  static Wire to(int port) throws IOException {
    return new Wire(port);
  }

  /** Sends these characters, one byte each, and gives all that is answered until the end. */
  static String answer(int port, String request) throws IOException {
    try (var wire = to(port)) {
      wire.send(request);
      wire.socket.shutdownOutput();
      return wire.rest();
    }
  }

  /** Sends it; a server that does not want to hear more may close meanwhile. */
  void send(String request) throws IOException {
    try {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    } catch (SocketException e) {
      return; // what it has answered is what counts
    }
  }

  /** What comes until the server closes. */
  String rest() throws IOException {
    return until("\0");
  }

  /** What comes until this has come, or the server closes. */
  String until(String part) throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      for (int b = read(); b >= 0; b = read()) {
        all.write(b);
        if (b == part.charAt(part.length() - 1) && text(all).endsWith(part)) {
          break;
        }
      }
    } catch (SocketException e) {
      return text(all); // reset by the server: an end as well
    }
    return text(all);
  }

  private int read() throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server neither answered nor closed", e);
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
