package dev.millrace.tools.web;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.tools.Calls;
import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocketFactory;

/**
 * A web of one loopback server: every address that the tool connects to, once it has checked it,
 * leads to this server. The names are the test's own, so that all checks are those of production.
 */
final class Web implements AutoCloseable {
  static final String PUBLIC = "93.184.215.14";

  private final ServerSocket server;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Queue<String[]>> names = new ConcurrentHashMap<>();

  /** What was looked up, connected to and asked for, in order. */
  final List<String> lookups = new CopyOnWriteArrayList<>();

  final List<String> dialed = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();

  private WebAccess access = WebAccess.PUBLIC;
  private WebLimits limits = WebLimits.DEFAULT;
  private Network.HostResolver resolver = this::resolve;
  private SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();

  /** Answers one request; the connection is closed when this returns. */
  @FunctionalInterface
  interface Handler {
    void handle(String head, OutputStream out) throws Exception;
  }

  private Web(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
    name("public.example", PUBLIC);
    Thread.ofVirtual().start(this::accept);
  }

  static Web handling(Handler handler) {
    try {
      return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Web on(ServerSocket server, Handler handler) {
    return new Web(server, handler);
  }

  /** Answers each request with these bytes. */
  static Web answering(byte[] answer) {
    return handling((head, out) -> out.write(answer));
  }

  /** Answers each request with this text, as UTF-8. */
  static Web answering(String answer) {
    return answering(answer.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers each request with a page of this type. */
  static Web page(String type, byte[] body) {
    return handling((head, out) -> {
      out.write(head("200 OK", "Content-Type: " + type, "Content-Length: " + body.length));
      out.write(body);
    });
  }

  static Web page(String type, String body) {
    return page(type, body.getBytes(StandardCharsets.UTF_8));
  }

  static Web html(String body) {
    return page("text/html; charset=utf-8", body);
  }

  static byte[] head(String status, String... headers) {
    return ("HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Lets a name lead to these addresses; called again, the name gives these at the next look-up.
   */
  Web name(String name, String... addresses) {
    names.computeIfAbsent(name, n -> new ArrayDeque<>()).add(addresses);
    return this;
  }

  Web access(WebAccess access) {
    this.access = access;
    return this;
  }

  Web limits(WebLimits limits) {
    this.limits = limits;
    return this;
  }

  Web resolver(Network.HostResolver resolver) {
    this.resolver = resolver;
    return this;
  }

  Web tls(SSLSocketFactory tls) {
    this.tls = tls;
    return this;
  }

  int port() {
    return server.getLocalPort();
  }

  Answer fetch(String url, Object... more) {
    return fetch(CancelSignal.NEVER, url, more);
  }

  Answer fetch(CancelSignal cancel, String url, Object... more) {
    var input = new Object[more.length + 2];
    input[0] = "url";
    input[1] = url;
    System.arraycopy(more, 0, input, 2, more.length);
    var network = new Network(host -> resolver.resolve(host), this::dial, () -> tls);
    return Calls.of(new Fetch(access, limits, network).tool()).call(cancel, "fetch", input);
  }

  /** What stands between the marks of a result. */
  static String content(Answer answer) {
    var lines = answer.text().split("\n", -1);
    int from = 0;
    while (!lines[from].startsWith("--- page ")) {
      from++;
    }
    return String.join("\n", Arrays.copyOfRange(lines, from + 1, lines.length - 1));
  }

  private synchronized InetAddress[] resolve(String host) throws UnknownHostException {
    lookups.add(host);
    var answers = names.get(host);
    if (answers == null) {
      throw new UnknownHostException(host);
    }
    var texts = answers.size() > 1 ? answers.remove() : answers.element();
    var addresses = new InetAddress[texts.length];
    for (int i = 0; i < texts.length; i++) {
      addresses[i] = InetAddress.getByAddress(host, InetAddress.getByName(texts[i]).getAddress());
    }
    return addresses;
  }

  private void dial(Socket socket, InetSocketAddress address, int timeoutMillis)
      throws IOException {
    dialed.add(address.getAddress().getHostAddress() + ":" + address.getPort());
    socket.connect(server.getLocalSocketAddress(), timeoutMillis);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> handle(socket));
      } catch (IOException e) {
        // The server was closed.
      }
    }
  }

  private void handle(Socket socket) {
    try (socket) {
      var head = readHead(socket.getInputStream());
      requests.add(head);
      handler.handle(head, socket.getOutputStream());
    } catch (Exception e) {
      // The client left, or the server was closed; the tests look at the client's side.
    } finally {
      open.remove(socket);
    }
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("no request");
      }
      head.append((char) c);
    }
    return head.toString();
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
