package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streamable HTTP: each request is a POST on a thread of its own, whose answer is JSON or a stream
 * of events; one GET listens for notifications. Everything goes to the one address, no redirect is
 * followed, no cookie kept.
 */
final class HttpTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration TELL = Duration.ofSeconds(5);
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final Pattern SESSION_ID = Pattern.compile("[\\x21-\\x7e]{1,1000}");

  private final String server;
  private final McpEndpoint endpoint;
  private final int maxBytes;
  private final HttpClient client;
  private final AtomicReference<@Nullable Thread> listener = new AtomicReference<>();
  private volatile @Nullable Peer peer;
  private volatile @Nullable String sessionId;
  private volatile @Nullable String protocolVersion;
  private volatile boolean isClosed;

  HttpTransport(String server, McpEndpoint endpoint, McpLimits limits) {
    this.server = server;
    this.endpoint = endpoint;
    this.maxBytes = limits.messageBytes();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
  }

  @Override
  public void start(Peer peer) {
    this.peer = peer;
  }

  private Peer peer() {
    var peer = this.peer;
    if (peer == null) {
      throw new IllegalStateException("start was not called");
    }
    return peer;
  }

  @Override
  public Sent request(String id, RawJson message, boolean isRepeatable) {
    var post =
        Thread.ofVirtual()
            .name("mcp " + server + " " + id)
            .start(() -> post(id, message, isRepeatable));
    return post::interrupt;
  }

  private void post(String id, RawJson message, boolean isRepeatable) {
    var end = new Fault("closed the connection before it had answered.", null);
    try {
      var response = send(posting(message).build(), BodyHandlers.ofInputStream(), isRepeatable);
      try (var body = response.body()) {
        check(response);
        keepSessionId(response);
        receive(response, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // given up; nobody waits
    } catch (IOException e) {
      end = told(e);
    } finally {
      peer().failed(id, end);
    }
  }

  /**
   * Sends; once more when the connection broke before the server said anything. A server may close
   * a connection that it has kept just when the next request comes over it, and the HTTP client
   * repeats no POST by itself.
   */
  private <T> HttpResponse<T> send(
      HttpRequest request, BodyHandler<T> bodyHandler, boolean isRepeatable)
      throws IOException, InterruptedException {
    try {
      return client.send(request, bodyHandler);
    } catch (ConnectException | HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      if (!isRepeatable || isClosed) {
        throw e;
      }
      LOG.debug("MCP server {}: asked once more, since the connection broke", server, e);
      return client.send(request, bodyHandler);
    }
  }

  private void receive(HttpResponse<?> response, InputStream body) throws IOException {
    if (type(response).equals("text/event-stream")) {
      receiveEvents(body);
    } else if (type(response).equals("application/json")) {
      var json = body.readNBytes(maxBytes + 1);
      if (json.length > maxBytes) {
        throw new Refused("sent an answer of more than " + Shown.number(maxBytes) + " bytes.");
      }
      if (!peer().received(new String(json, StandardCharsets.UTF_8))) {
        throw new Refused("answered with something that is no message.");
      }
    } else {
      throw new Refused("answered with content that is neither JSON nor events.");
    }
  }

  private void receiveEvents(InputStream body) throws IOException {
    var events = new EventReader(body, maxBytes);
    for (var data = events.next(); data != null; data = events.next()) {
      if (!peer().received(data)) {
        throw new Refused("sent an event that is no message.");
      }
    }
  }

  private static String type(HttpResponse<?> response) {
    var type = response.headers().firstValue("Content-Type").orElse("");
    return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private void check(HttpResponse<?> response) throws IOException {
    int status = response.statusCode();
    if (status == 404 && sessionId != null) {
      var end = "has ended the session; none of its tools can be called any more.";
      peer().gone(new Fault(end, null));
      throw new Refused(end);
    }
    if (status / 100 != 2) {
      throw new Refused(
          switch (status) {
            case 401, 403 -> "refused the credentials it was given (HTTP " + status + ").";
            case 301, 302, 303, 307, 308 ->
                "redirects to another address, which is not followed (HTTP " + status + ").";
            default -> "answered with HTTP " + status + ".";
          });
    }
  }

  private void keepSessionId(HttpResponse<?> response) throws IOException {
    var id = response.headers().firstValue("Mcp-Session-Id");
    if (sessionId == null && protocolVersion == null && id.isPresent()) {
      if (!SESSION_ID.matcher(id.get()).matches()) {
        throw new Refused("gave a session id that the protocol does not allow.");
      }
      sessionId = id.get();
    }
  }

  private static Fault told(IOException e) {
    return switch (e) {
      case Refused refused -> new Fault(String.valueOf(refused.getMessage()), refused);
      case LineReader.TooLongException tooLong ->
          new Fault(tooLong.getMessage() + ", which is not read.", tooLong);
      case ConnectException unreachable ->
          new Fault("cannot be reached: no connection.", unreachable);
      default -> new Fault("broke off before it had answered.", e);
    };
  }

  @Override
  public void tell(RawJson message) throws IOException, InterruptedException {
    var request = posting(message).timeout(TELL).build();
    try {
      check(send(request, BodyHandlers.discarding(), true));
    } catch (IOException e) {
      throw told(e).of(server);
    }
  }

  @Override
  public void agreed(String protocolVersion) {
    this.protocolVersion = protocolVersion;
    listener.set(Thread.ofVirtual().name("mcp " + server + " listener").start(this::listen));
  }

  /** Listens until the server says that it tells nothing this way, or the end. */
  private void listen() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!isClosed) {
      try {
        if (!listenOnce()) {
          return;
        }
        pause = FIRST_PAUSE_MILLIS;
      } catch (IOException e) {
        LOG.debug("MCP server {}: its notifications broke off", server, e);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      if (!slept(pause)) {
        return;
      }
    }
  }

  private boolean listenOnce() throws IOException, InterruptedException {
    var request = request().header("Accept", "text/event-stream").GET().build();
    var response = client.send(request, BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      if (response.statusCode() == 200 && type(response).equals("text/event-stream")) {
        receiveEvents(body);
        return true;
      }
      return response.statusCode() >= 500;
    }
  }

  private static boolean slept(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private HttpRequest.Builder posting(RawJson message) {
    return request()
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .POST(BodyPublishers.ofString(message.text()));
  }

  private HttpRequest.Builder request() {
    var request = HttpRequest.newBuilder(endpoint.uri());
    endpoint.headers().forEach(request::header);
    var id = sessionId;
    if (id != null) {
      request.header("Mcp-Session-Id", id);
    }
    var version = protocolVersion;
    if (version != null) {
      request.header("MCP-Protocol-Version", version);
    }
    return request;
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    var listening = listener.get();
    if (listening != null) {
      listening.interrupt();
    }
    if (sessionId != null && !Thread.currentThread().isInterrupted()) {
      sayGoodbye();
    }
    client.shutdownNow();
  }

  private void sayGoodbye() {
    try {
      client.send(request().timeout(GOODBYE).DELETE().build(), BodyHandlers.discarding());
    } catch (IOException e) {
      LOG.debug("MCP server {} could not be told that its session ends", server, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server's answer is not taken; the message is for the model. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }
}
