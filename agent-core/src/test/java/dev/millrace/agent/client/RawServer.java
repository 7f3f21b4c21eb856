package dev.millrace.agent.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A loopback server for what no HTTP server would do. Each connection has a virtual thread. */
final class RawServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  private final ServerSocket server;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();

  /** Handles a connection; it is closed when this returns. */
  interface Handler {
    void handle(Socket socket, int number) throws Exception;
  }

  private RawServer(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
    Thread.ofVirtual().start(this::accept);
  }

  static RawServer handling(Handler handler) {
    try {
      return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawServer on(ServerSocket server, Handler handler) {
    return new RawServer(server, handler);
  }

  /** Answers the first request of each connection with this, then closes it. */
  static RawServer answering(String answer) {
    return handling((socket, number) -> {
      readRequest(socket);
      send(socket, answer);
    });
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole answer with one event stream of that text, in one chunk. */
  static String streaming(String events) {
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        + chunk(events)
        + "0\r\n\r\n";
  }

  static String chunk(String text) {
    return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length)
        + "\r\n"
        + text
        + "\r\n";
  }

  /** The events of a small message. */
  static String message(String text) {
    return """
    data: {"type":"message_start","message":{"id":"m","model":"x","content":[],"usage":{}}}

    data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

    data: {"type":"content_block_stop","index":0}

    data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{}}

    data: {"type":"message_stop"}

    """
        .formatted(text);
  }

  /** Reads one request with its body; returns its head, empty at the end of the connection. */
  static String readRequest(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return "";
      }
      head.append((char) c);
    }
    var length = LENGTH.matcher(head);
    in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return head.toString();
  }

  URI baseUri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        open.add(socket);
        int number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> handle(socket, number));
      } catch (IOException e) {
        // The server was closed.
      }
    }
  }

  private void handle(Socket socket, int number) {
    try (socket) {
      handler.handle(socket, number);
    } catch (Exception e) {
      // The client left, or the server was closed; the tests look at the client's side.
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
