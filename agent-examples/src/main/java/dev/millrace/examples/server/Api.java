package dev.millrace.examples.server;

import dev.millrace.agent.feed.EventFeed;
import dev.millrace.agent.feed.FeedFormat;
import dev.millrace.agent.feed.FeedReader;
import dev.millrace.agent.feed.FeedSettings;
import dev.millrace.examples.server.Conversations.Started;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What can be asked of the service; docs/service.md has each with its answer. */
final class Api implements HttpService {
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final HeaderName SESSION_ID = HeaderNames.create("X-Session-Id");
  private static final List<String> FORMATS = List.of("events", "text");
  private static final List<String> ON_DISCONNECT = List.of("cancel", "continue");

  /** How long a run goes on that is to outlive its reader. */
  private static final Duration UNREAD = Duration.ofMinutes(10);

  private final Conversations conversations;
  private final IdempotencyKeys keys = new IdempotencyKeys();

  Api(Conversations conversations) {
    this.conversations = conversations;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .post("/chat", this::chat)
        .get("/chat/{id}", this::state)
        .get("/chat/{id}/events", this::events)
        .post("/chat/{id}/cancel", this::cancel)
        .post("/chat/{id}/approve", this::approve);
  }

  private void chat(ServerRequest request, ServerResponse response) {
    var body = RequestBody.of(request, Set.of("message", "session", "on_disconnect", "format"));
    var message = body.text("message");
    var session = body.optional("session");
    var settings = settings(body);
    var format = format(body.oneOf("format", FORMATS));
    var who = principal(request);
    var started = once(request, body, () -> conversations.say(who, session, message, settings));
    stream(started, format, response);
  }

  private void approve(ServerRequest request, ServerResponse response) {
    var body = RequestBody.of(request, Set.of("answers", "on_disconnect", "format"));
    var answers = body.answers("answers");
    var settings = settings(body);
    var format = format(body.oneOf("format", FORMATS));
    var who = principal(request);
    var id = id(request);
    var started = once(request, body, () -> conversations.answer(who, id, answers, settings));
    stream(started, format, response);
  }

  private Started once(ServerRequest request, RequestBody body, Supplier<Started> begin) {
    var key = request.headers().first(IDEMPOTENCY_KEY);
    return key.isPresent() ? keys.once(principal(request), key.get(), body, begin) : begin.get();
  }

  private static void stream(Started started, FeedFormat format, ServerResponse response) {
    response.header(HeaderValues.create(SESSION_ID, started.session()));
    start(response);
    started.feed().writeTo(response.outputStream(), format);
  }

  private void events(ServerRequest request, ServerResponse response) {
    var feed = conversations.feed(principal(request), id(request));
    var format = format(request.query().first("format").orElse("events"));
    var lastEventId = request.headers().first(LAST_EVENT_ID).orElse("");
    // Looked at before the stream begins, when the answer can still be a refusal.
    try (var reader = reader(feed, format, lastEventId)) {
      start(response);
      reader.writeTo(response.outputStream());
    } catch (IOException e) {
      return; // the client has left
    }
  }

  private static FeedReader reader(
      EventFeed feed, FeedFormat format, @Nullable String lastEventId) {
    try {
      return feed.read(format, lastEventId);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static void start(ServerResponse response) {
    EventFeed.HEADERS.forEach(
        (name, value) -> response.header(HeaderValues.create(HeaderNames.create(name), value)));
  }

  private void state(ServerRequest request, ServerResponse response) {
    Server.send(response, Status.OK_200, conversations.state(principal(request), id(request)));
  }

  private void cancel(ServerRequest request, ServerResponse response) {
    RequestBody.of(request, Set.of());
    var feed = conversations.feed(principal(request), id(request));
    boolean wasRunning = !feed.hasEnded();
    feed.cancel();
    var answer = new Json().put("cancelled", wasRunning).object();
    Server.send(response, Status.ACCEPTED_202, answer);
  }

  private static Principal principal(ServerRequest request) {
    return request.context().get(Principal.class).orElseThrow();
  }

  private static String id(ServerRequest request) {
    return request.path().pathParameters().get("id");
  }

  private static FeedSettings settings(RequestBody body) {
    boolean isKept = body.oneOf("on_disconnect", ON_DISCONNECT).equals("continue");
    return FeedSettings.DEFAULT.abandoned(isKept ? UNREAD : Duration.ZERO);
  }

  private static FeedFormat format(String name) {
    if (!FORMATS.contains(name)) {
      throw Problem.invalid("\"format\" must be one of " + FORMATS);
    }
    return FeedFormat.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
