package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Joins the SDK's session to a {@link Transport} of ours, which holds its bounds where bytes are
 * read. Knows which requests wait, so that each ends when its transport fails: the SDK alone would
 * leave it to the time. The session sees no text of the server but results and the notifications
 * that it handles, since it logs what it does not know. Thread-safe.
 */
final class Link implements McpClientTransport, Peer {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int MAX_SHOWN = 2_000;
  private static final JSONRPCError NO_ANSWER =
      new JSONRPCError(ErrorCodes.INTERNAL_ERROR, "there is no answer");

  private final String server;
  private final Transport transport;
  private final Set<String> handled;
  private final Map<String, PendingCall> waiting = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Fault> gone = new AtomicReference<>();
  private volatile Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> session = m -> m;

  /**
   * A link that was not started.
   *
   * @param handled the notifications that the session wants
   */
  Link(String server, Transport transport, Set<String> handled) {
    this.server = server;
    this.transport = transport;
    this.handled = handled;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> session) {
    this.session = session;
    return Mono.empty();
  }

  /** Begins; the session hears of what comes. */
  void start() throws IOException {
    transport.start(this);
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return switch (message) {
      case JSONRPCRequest request ->
          Mono.deferContextual(
              context -> done(() -> send(request, context.get(PendingCall.class))));
      case JSONRPCResponse response -> Mono.defer(() -> done(() -> transport.tell(text(response))));
      default ->
          throw new IllegalArgumentException(
              "sessions send requests and answers only, not " + message);
    };
  }

  /** What a request of ours carries. */
  record Params(Map<String, RawJson> members) {}

  @FunctionalInterface
  private interface Sending {
    void run() throws IOException, InterruptedException;
  }

  private static Mono<Void> done(Sending sending) {
    try {
      sending.run();
      return Mono.empty();
    } catch (IOException e) {
      return Mono.error(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Mono.error(e);
    }
  }

  private void send(JSONRPCRequest request, PendingCall call) throws IOException {
    var id = (String) request.id();
    call.begin(id);
    var params = new LinkedHashMap<>(((Params) request.params()).members());
    if (call.wantsProgress()) {
      params.put("_meta", RawJson.object(Map.of("progressToken", RawJson.ofString(id))));
    }
    waiting.put(id, call);
    try {
      // A request that comes after the end sees it here, one that was there is told by gone().
      var end = gone.get();
      if (end != null) {
        throw end.of(server);
      }
      var message = JsonRpc.request(id, request.method(), RawJson.object(params));
      boolean isRepeatable = !request.method().equals(McpSchema.METHOD_TOOLS_CALL);
      call.sent(transport.request(id, message, isRepeatable));
    } catch (IOException e) {
      waiting.remove(id);
      throw e;
    }
  }

  private static RawJson text(JSONRPCResponse response) {
    var id =
        response.id() instanceof String text
            ? RawJson.ofString(text)
            : RawJson.parse(String.valueOf(response.id()));
    var error = response.error();
    return error == null
        ? JsonRpc.answer(id)
        : JsonRpc.refusal(id, error.code(), Shown.cut(error.message(), 200));
  }

  /** Tells the server something that it does not answer. */
  void tell(String method) throws IOException, InterruptedException {
    transport.tell(JsonRpc.notification(method, RawJson.EMPTY_OBJECT));
  }

  /** The version that the server chose. */
  void agreed(String protocolVersion) {
    transport.agreed(protocolVersion);
  }

  /** Nobody waits for the answer any more. */
  void ended(PendingCall call) {
    drop(call);
    call.end();
  }

  private void drop(PendingCall call) {
    var id = call.id();
    if (id != null && waiting.remove(id) != null) {
      // The session drops a request by its answer alone, not when nobody wants that any more.
      deliver(JSONRPCResponse.error(id, NO_ANSWER));
    }
  }

  /** Tells the server that nobody waits for the answer, on another thread: ours is wanted back. */
  void giveUp(PendingCall call) {
    var id = call.id();
    if (id != null && gone.get() == null) {
      var params = RawJson.object(Map.of("requestId", RawJson.ofString(id)));
      var message = JsonRpc.notification("notifications/cancelled", params);
      Thread.ofVirtual().name("mcp " + server + " cancel").start(() -> tellIfPossible(message));
    }
  }

  private void tellIfPossible(RawJson message) {
    try {
      transport.tell(message);
    } catch (IOException e) {
      LOG.debug("MCP server {} could not be told", server, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The request that has this token of progress; null when nobody waits for it. */
  @Nullable PendingCall waiting(JsonNode id) {
    return id.isString() ? waiting.get(id.stringValue()) : null;
  }

  @Override
  public boolean received(String json) {
    var parsed = JsonRpc.parse(json);
    if (parsed.isEmpty()) {
      LOG.debug("MCP server {}: no message: {}", server, Shown.text(json, MAX_SHOWN));
      return false;
    }
    var message = parsed.get();
    var method = message.path("method");
    var id = message.path("id");
    if (!method.isString()) {
      answered(message);
    } else if (id.isString() || (id.isIntegralNumber() && id.canConvertToLong())) {
      var request = id.isString() ? id.stringValue() : (Object) id.longValue();
      deliver(new JSONRPCRequest(method.stringValue(), request, message.path("params")));
    } else if (handled.contains(method.stringValue())) {
      deliver(new JSONRPCNotification(method.stringValue(), message.path("params")));
    } else {
      LOG.debug("MCP server {}: {}", server, Shown.text(json, MAX_SHOWN));
    }
    return true;
  }

  private void answered(JsonNode message) {
    var call = waiting(message.path("id"));
    if (call == null) {
      LOG.debug("MCP server {} answered what nobody waits for", server);
    } else if (message.has("result")) {
      var id = message.path("id").stringValue();
      waiting.remove(id);
      deliver(JSONRPCResponse.result(id, message.get("result")));
    } else {
      fail(call, new Fault(error(message.path("error")), null));
    }
  }

  private static String error(JsonNode error) {
    var text = Shown.cut(error.path("message").asString("no reason given"), MAX_SHOWN);
    return "refused: " + text + " (error " + error.path("code").asInt(0) + ")";
  }

  private void deliver(JSONRPCMessage message) {
    session
        .apply(Mono.just(message))
        .subscribe(
            handled -> {}, e -> LOG.warn("a message of MCP server {} was not handled", server, e));
  }

  private void fail(PendingCall call, Fault why) {
    if (call.fail(why)) {
      drop(call);
    }
  }

  @Override
  public void failed(String id, Fault why) {
    var call = waiting.get(id);
    if (call != null) {
      fail(call, why);
    }
  }

  @Override
  public void failedAll(Fault why) {
    // Only those that wait now: whoever is told may ask again before all are.
    List.copyOf(waiting.values()).forEach(call -> fail(call, why));
  }

  @Override
  public void gone(Fault why) {
    if (gone.compareAndSet(null, why)) {
      failedAll(why);
    }
  }

  /** Results stay the JSON that came: the SDK's types would lose what they do not know. */
  @Override
  @SuppressWarnings("unchecked")
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return (T) data;
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }

  @Override
  public void close() {
    gone(new Fault("was closed; none of its tools can be called any more.", null));
    transport.close();
  }
}
