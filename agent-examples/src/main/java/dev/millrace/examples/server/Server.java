package dev.millrace.examples.server;

import dev.millrace.agent.message.RawJson;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server with its limits. Everything that is refused looks the same to clients. */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final String HEALTH = "/health";
  private static final int MOST_CONNECTIONS = 4_096;
  private static final int MOST_CONNECTIONS_OF_A_CLIENT = 2_048;
  private static final int MOST_HEADER_BYTES = 16_384;

  /** The silence after which a connection with a half-sent request is closed. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  /** For a connection without a whole request, however busy it is. */
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  private final WebServer http;
  private final Conversations conversations;
  private final InetAddress address;

  private Server(WebServer http, Conversations conversations, InetAddress address) {
    this.http = http;
    this.conversations = conversations;
    this.address = address;
  }

  /**
   * Starts to serve.
   *
   * @param hosts names by which clients may ask for it, beside those of loopback
   */
  static Server start(
      InetAddress address,
      int port,
      Set<String> hosts,
      List<Principal> principals,
      Conversations conversations,
      Metrics metrics) {
    var named = new TreeSet<String>();
    var open = new TreeSet<>(Assets.paths());
    open.add(HEALTH);
    var http1 =
        Http1Config.builder()
            .maxHeadersSize(MOST_HEADER_BYTES)
            .validateRequestHeaders(true)
            .build();
    var connections = new Connections(http1, MOST_CONNECTIONS_OF_A_CLIENT);
    var routing =
        HttpRouting.builder()
            .addFilter((chain, request, response) -> connections.answer(chain::proceed))
            .addFilter(new Gate(open, named, principals))
            .register("/api", new Api(conversations))
            .register("/", new Assets())
            .get(HEALTH, (request, response) -> health(conversations, response))
            .get("/metrics", metrics::send)
            .error(Problem.class, Server::refuse)
            .error(HttpException.class, Server::refuse)
            .error(Throwable.class, Server::fail);
    var http =
        WebServer.builder()
            .address(address)
            .port(port)
            .backlog(1_024)
            .maxTcpConnections(MOST_CONNECTIONS)
            .maxPayloadSize(2 << 20)
            .idleConnectionTimeout(IDLE_TIMEOUT)
            .idleConnectionPeriod(Duration.ofSeconds(5))
            .shutdownGracePeriod(Duration.ofSeconds(1))
            .shutdownHook(false)
            .connectionOptions(SocketOptions.builder().readTimeout(READ_TIMEOUT).build())
            .addConnectionSelector(connections)
            .routing(routing)
            .build()
            .start();
    // The port is known only now, and nobody has been told of it yet.
    named.addAll(names(http.port(), hosts));
    return new Server(http, conversations, address);
  }

  private static Set<String> names(int port, Set<String> hosts) {
    var names = new TreeSet<>(hosts);
    for (var host : List.of("127.0.0.1", "localhost", "[::1]")) {
      names.add(host + ":" + port);
      if (port == 80) {
        names.add(host);
      }
    }
    return names;
  }

  private static void health(Conversations conversations, ServerResponse response) {
    boolean isUp = !conversations.isStopping();
    var body = new Json().put("status", isUp ? "UP" : "STOPPING");
    send(
        response,
        isUp ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
        body.put("running", conversations.running()).object());
  }

  private static void refuse(ServerRequest request, ServerResponse response, Problem problem) {
    problem
        .retryAfter()
        .ifPresent(wait ->
            response.header(HeaderValues.create(HeaderNames.RETRY_AFTER, wait.toSeconds())));
    refuse(response, problem.status(), problem.type(), String.valueOf(problem.getMessage()));
  }

  /** What the server itself refuses: its text could hold parts of the request. */
  private static void refuse(ServerRequest request, ServerResponse response, HttpException e) {
    var status = e.status();
    refuse(response, status, "invalid_request_error", status.reasonPhrase());
  }

  private static void fail(ServerRequest request, ServerResponse response, Throwable failure) {
    if (response.isSent()) {
      return; // a stream that broke off: the client has left
    }
    var id = refuse(response, Status.INTERNAL_SERVER_ERROR_500, "api_error", "something failed");
    LOG.warn("request {} failed", id, failure);
  }

  private static String refuse(
      ServerResponse response, Status status, String type, String message) {
    var id = UUID.randomUUID().toString();
    var error = new Json().put("type", type).put("message", message).object();
    // What is left of a refused request could be taken for another one.
    response.header(HeaderValues.CONNECTION_CLOSE);
    send(response, status, new Json().put("error", error).put("request_id", id).object());
    return id;
  }

  static void send(ServerResponse response, Status status, RawJson json) {
    response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json").send(json.text());
  }

  /** Where it is reached from this machine. */
  String origin() {
    var host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
  }

  /** Begins nothing more, lets runs end for a while, then cancels them, and stops to serve. */
  void stop(Duration drain) throws InterruptedException {
    conversations.drain(drain);
    close();
  }

  @Override
  public void close() {
    conversations.close();
    http.stop();
  }
}
