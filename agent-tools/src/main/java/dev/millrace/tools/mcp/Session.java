package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientSession;
import io.modelcontextprotocol.spec.McpClientSession.NotificationHandler;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import tools.jackson.databind.JsonNode;

/**
 * Requests and their answers, by the SDK's session. Each request ends once: by its answer, the
 * time, a cancel, or the end of the server. What the server asks for is refused, but for a ping.
 * Messages of what it throws are fit for the model. Thread-safe.
 */
final class Session implements AutoCloseable {
  private static final TypeRef<JsonNode> JSON = new TypeRef<>() {};
  private static final int MAX_SHOWN = 2_000;

  /** Callers wait no longer than they like: the SDK's own limit would leave the server at work. */
  private static final Duration UNLIMITED = Duration.ofDays(3_650);

  private final String server;
  private final Link link;
  private final McpClientSession session;
  private final AtomicBoolean listChanged = new AtomicBoolean();

  /**
   * A session that has begun.
   *
   * @throws IOException when the server cannot be started or reached
   */
  Session(String server, Transport transport) throws IOException {
    this.server = server;
    Map<String, NotificationHandler> handlers =
        Map.of(
            McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED,
            params -> Mono.fromRunnable(this::markListChanged),
            McpSchema.METHOD_NOTIFICATION_PROGRESS,
            params -> Mono.fromRunnable(() -> progressed((JsonNode) params)));
    this.link = new Link(server, transport, handlers.keySet());
    this.session =
        new McpClientSession(
            UNLIMITED,
            link,
            Map.of(McpSchema.METHOD_PING, params -> Mono.just(Map.of())),
            handlers,
            Function.identity());
    link.start();
  }

  /**
   * Asks and waits.
   *
   * @return the result
   * @throws CancellationException when the signal came
   * @throws InterruptedException when the thread was interrupted
   * @throws IOException for all else, with a text for the model
   */
  JsonNode request(String method, Map<String, RawJson> params, Wait wait)
      throws IOException, InterruptedException {
    var call = new PendingCall(wait.progress());
    var reply =
        session
            .sendRequest(method, new Link.Params(params), JSON)
            .contextWrite(Context.of(PendingCall.class, call))
            .toFuture();
    try {
      return await(reply, call, wait);
    } finally {
      link.ended(call);
    }
  }

  private JsonNode await(CompletableFuture<JsonNode> reply, PendingCall call, Wait wait)
      throws IOException, InterruptedException {
    try (var registration = wait.cancel().onCancel(() -> reply.cancel(false))) {
      return reply.get(wait.nanosLeft(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure(call, e.getCause());
    } catch (TimeoutException e) {
      reply.cancel(false);
      link.giveUp(call);
      throw new Fault("did not answer within " + wait.inWords() + ".", e).of(server);
    } catch (InterruptedException | CancellationException e) {
      reply.cancel(false);
      link.giveUp(call);
      throw e;
    }
  }

  private IOException failure(PendingCall call, @Nullable Throwable cause)
      throws InterruptedException {
    var fault = call.fault();
    return switch (cause) {
      case InterruptedException interrupted -> throw interrupted;
      case IOException unsent -> unsent;
      case null, default ->
          (fault != null ? fault : new Fault("could not be asked.", cause)).of(server);
    };
  }

  /** Tells the server something that it does not answer. */
  void tell(String method) throws IOException, InterruptedException {
    link.tell(method);
  }

  /** The version that the server chose. */
  void agreed(String protocolVersion) {
    link.agreed(protocolVersion);
  }

  /** Whether the server said that its list changed since this was asked last. */
  boolean takeListChanged() {
    return listChanged.getAndSet(false);
  }

  /** Has the next {@link #takeListChanged()} say yes. */
  void markListChanged() {
    listChanged.set(true);
  }

  /** A sentence about the server. */
  String named(String what) {
    return Fault.named(server, what);
  }

  private void progressed(JsonNode params) {
    var call = link.waiting(params.path("progressToken"));
    if (call != null) {
      call.progressed(progress(params));
    }
  }

  private static String progress(JsonNode params) {
    var done = params.path("progress").asString("") + " of " + params.path("total").asString("?");
    return Shown.cut(params.path("message").asString(done), MAX_SHOWN) + "\n";
  }

  @Override
  public void close() {
    link.close();
    session.close();
  }
}
