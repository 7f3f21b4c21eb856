package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.testkit.rules.JsonBody;
import dev.millrace.testkit.rules.RefusedException;
import dev.millrace.testkit.rules.RequestRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Makes the answer to a request: routes it, checks it as the API would, and asks the responder. */
final class Exchange {
  private final Responder responder;
  private final @Nullable RequestRules rules;
  private final Requests requests;
  private final int maxBody;
  private final Ids ids = new Ids();

  Exchange(Responder responder, @Nullable RequestRules rules, Requests requests, int maxBody) {
    this.responder = responder;
    this.rules = rules;
    this.requests = requests;
    this.maxBody = maxBody;
  }

  int maxBody() {
    return maxBody;
  }

  /** The answer to what is no request at all. */
  WireReply answer(ErrorReply reply) {
    String requestId = ids.next("req");
    return WireReply.json(reply.status(), requestId, reply.json(requestId));
  }

  WireReply answer(int connection, HttpRequest http) {
    long arrival = System.nanoTime();
    JsonNode body = MissingNode.getInstance();
    RefusedException unreadable = null;
    try {
      body = http.body().length == 0 ? body : JsonBody.parse(http.body());
    } catch (RefusedException e) {
      unreadable = e;
    }
    var request = requests.add(connection, arrival, http, body);
    try {
      return wire(reply(request, unreadable), request);
    } catch (RuntimeException | Error e) {
      requests.failed(request, e);
      return wire(unanswerable(request + " could not be answered: " + e.getMessage()), request);
    }
  }

  private Reply reply(RecordedRequest request, @Nullable RefusedException unreadable) {
    String path = request.path();
    String key = request.method() + " " + path;
    if (key.startsWith("GET /v1/models/") && key.length() > "GET /v1/models/".length()) {
      return Models.reply(path.substring("/v1/models/".length()));
    }
    if (!path.equals("/v1/messages") && !path.equals("/v1/messages/count_tokens")) {
      return Reply.error(404, "not_found_error", "Not found");
    }
    if (!request.method().equals("POST")) {
      return Reply.error(405, "invalid_request_error", "Method Not Allowed");
    }
    var refusal = rules == null ? Optional.<Reply>empty() : refusal(rules, request, unreadable);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return path.equals("/v1/messages") ? responder.reply(request) : count(request);
  }

  private Optional<Reply> refusal(
      RequestRules active, RecordedRequest request, @Nullable RefusedException unreadable) {
    try {
      if (request.header("x-api-key").isEmpty() && request.header("authorization").isEmpty()) {
        throw new RefusedException(401, "authentication_error", "x-api-key header is required");
      }
      if (unreadable != null) {
        throw unreadable;
      }
      if (request.path().endsWith("/count_tokens")) {
        active.checkCount(version(request), betas(request), request.body());
      } else {
        active.check(version(request), betas(request), request.body());
      }
      return Optional.empty();
    } catch (RefusedException e) {
      requests.refused(request, e.getMessage());
      return Optional.of(Reply.error(e.status(), e.type(), e.getMessage()));
    }
  }

  private static String version(RecordedRequest request) {
    return request.header("anthropic-version").orElse("");
  }

  private static Set<String> betas(RecordedRequest request) {
    return request.headers().getOrDefault("anthropic-beta", List.of()).stream()
        .flatMap(value -> Stream.of(value.split(",")))
        .map(String::strip)
        .collect(Collectors.toSet());
  }

  /** An error that no client should try again, and that says what is wrong with the test. */
  private static Reply unanswerable(String message) {
    return Reply.error(500, "api_error", message).header("x-should-retry", "false");
  }

  private static Reply count(RecordedRequest request) {
    String json = "{\"input_tokens\":" + (1 + request.size() / 4) + "}";
    return Reply.status(200, "application/json", json);
  }

  private WireReply wire(Reply reply, RecordedRequest request) {
    String requestId = ids.next("req");
    return WireReply.of(reply, requestId, message -> message(message, request, requestId));
  }

  private WireReply message(MessageReply reply, RecordedRequest request, String requestId) {
    var message = new MessageRendering(reply, ids, request.model(), request.size());
    if (rules != null && message.thinks()) {
      rules.remember(request.body(), JsonBody.parse(message.thoughtJson().getBytes(UTF_8)));
    }
    return request.streaming()
        ? new WireReply(
            200, RawReply.EVENT_STREAM, requestId, message.frames(), true, Delivery.PLAIN)
        : WireReply.json(200, requestId, message.json());
  }
}
