package dev.millrace.tools.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.agent.message.RawJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;

/** The {@link ScriptedServer} by streamable HTTP, with the faults that only HTTP has. */
final class ScriptedHttpServer implements AutoCloseable {
  static final String SESSION = "session-1";

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScriptedServer server;
  private final BlockingQueue<String> notifications = new LinkedBlockingQueue<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<String> dropped = ConcurrentHashMap.newKeySet();
  private final boolean answersByEvents;
  private final String elsewhere;
  private volatile boolean dropsTheFirst;

  record Seen(String method, String message, Headers headers) {}

  /** Answers by JSON, and redirects to another address when its tool is called. */
  static ScriptedHttpServer json(String elsewhere) throws IOException {
    return new ScriptedHttpServer("plain", false, elsewhere);
  }

  /** Answers by streams of events. */
  static ScriptedHttpServer events() throws IOException {
    return lists("plain");
  }

  /** Answers by streams of events, and lists its tools as the mode says. */
  static ScriptedHttpServer lists(String mode) throws IOException {
    return new ScriptedHttpServer(mode, true, "");
  }

  /** Closes the connection of the first POST of each method instead of an answer. */
  static ScriptedHttpServer dropsTheFirst() throws IOException {
    var http = events();
    http.dropsTheFirst = true;
    return http;
  }

  private ScriptedHttpServer(String mode, boolean answersByEvents, String elsewhere)
      throws IOException {
    this.server = new ScriptedServer(mode);
    this.answersByEvents = answersByEvents;
    this.elsewhere = elsewhere;
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    http.setExecutor(threads);
    http.createContext("/mcp", this::handle);
    http.start();
  }

  URI uri() {
    var address = http.getAddress();
    return URI.create(
        "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/mcp");
  }

  List<Seen> seen() {
    return seen;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      seen.add(new Seen(exchange.getRequestMethod(), body, exchange.getRequestHeaders()));
      switch (exchange.getRequestMethod()) {
        case "GET" -> stream(exchange);
        case "POST" -> post(exchange, RawJson.parse(body).node());
        default -> exchange.sendResponseHeaders(200, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stream(HttpExchange exchange) throws IOException, InterruptedException {
    if (!answersByEvents) {
      exchange.sendResponseHeaders(405, -1);
      return;
    }
    try (var out = events(exchange)) {
      while (true) {
        event(out, notifications.take());
      }
    }
  }

  private void post(HttpExchange exchange, JsonNode message)
      throws IOException, InterruptedException {
    if (dropsTheFirst && dropped.add(message.path("method").asString(""))) {
      return; // closing an exchange without an answer closes its connection
    }
    boolean greets = message.path("method").asString("").equals("initialize");
    if (!greets && !SESSION.equals(exchange.getRequestHeaders().getFirst("Mcp-Session-Id"))) {
      exchange.sendResponseHeaders(400, -1);
    } else if (!message.has("id") || !message.has("method")) {
      server.handle(message, notifications::add);
      exchange.sendResponseHeaders(202, -1);
    } else {
      exchange.getResponseHeaders().set("Mcp-Session-Id", SESSION);
      answer(exchange, message);
    }
  }

  private void answer(HttpExchange exchange, JsonNode message)
      throws IOException, InterruptedException {
    switch (message.path("params").path("name").asString("")) {
      case "http_drop" -> {}
      case "http_moved" -> {
        exchange.getResponseHeaders().set("Location", elsewhere);
        exchange.sendResponseHeaders(307, -1);
      }
      case "http_expired" -> exchange.sendResponseHeaders(404, -1);
      case "http_broken" -> exchange.sendResponseHeaders(500, -1);
      case "http_denied" -> exchange.sendResponseHeaders(401, -1);
      case "http_page" -> whole(exchange, "text/html", "<p>Hello");
      case "http_junk" -> whole(exchange, "application/json", "{\"half\":");
      case "http_long" -> whole(exchange, "application/json", " ".repeat(3_000_000));
      case "http_cut" -> whole(exchange, "text/event-stream", ": hello\n\ndata: {\"jsonrpc\":");
      default -> answerByServer(exchange, message);
    }
  }

  private void answerByServer(HttpExchange exchange, JsonNode message)
      throws IOException, InterruptedException {
    if (answersByEvents) {
      try (var out = events(exchange)) {
        server.handle(message, data -> event(out, data));
      }
    } else {
      var said = new ArrayList<String>();
      server.handle(message, said::add);
      whole(exchange, "application/json; charset=utf-8", said.getLast());
    }
  }

  private static OutputStream events(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    var out = exchange.getResponseBody();
    out.write(": hello\n\nid: 1\nretry: 10\ndata:\n\n".getBytes(UTF_8));
    out.flush();
    return out;
  }

  private static void event(OutputStream out, String data) {
    try {
      out.write(("event: message\r\ndata: " + data + "\r\n\r\n").getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void whole(HttpExchange exchange, String type, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    var bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
