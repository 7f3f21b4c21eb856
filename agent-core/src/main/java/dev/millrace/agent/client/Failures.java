package dev.millrace.agent.client;

import dev.millrace.agent.client.ApiException.Details;
import dev.millrace.agent.client.ApiTimeoutException.Clock;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.stream.StreamException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/** What went wrong in one attempt, in the exceptions that callers see. */
final class Failures {
  private final ClientSettings settings;
  private final int attempt;
  private final SafeText text;

  Failures(ClientSettings settings, int attempt) {
    this.settings = settings;
    this.attempt = attempt;
    this.text = settings.safeText();
  }

  /** Work was ended from outside, when no answer had come. */
  RuntimeException stopped(Watch.Stop stop, @Nullable Throwable cause) {
    return stopped(stop, "", cause);
  }

  /** Work was ended from outside. */
  RuntimeException stopped(Watch.Stop stop, String requestId, @Nullable Throwable cause) {
    return switch (stop) {
      case Watch.Stop.Cancelled() -> cancelled("the stream was cancelled", cause);
      case Watch.Stop.Closed() -> cancelled("the client was closed", cause);
      case Watch.Stop.Interrupted() -> interrupted(cause);
      case Watch.Stop.Expired(Clock clock) -> expired(clock, requestId, cause);
    };
  }

  private static CancellationException cancelled(String message, @Nullable Throwable cause) {
    var cancelled = new CancellationException(message);
    if (cause != null) {
      cancelled.initCause(cause);
    }
    return cancelled;
  }

  private static CancellationException interrupted(@Nullable Throwable cause) {
    Thread.currentThread().interrupt();
    return cancelled("the thread that streamed was interrupted", cause);
  }

  private ApiException expired(Clock clock, String requestId, @Nullable Throwable cause) {
    var details = new Details(0, "", "", text.of(requestId), clock != Clock.TURN, null);
    return made(
        new ApiTimeoutException(
            clock,
            settings.timeouts().limit(clock),
            " from " + origin() + named(requestId),
            details,
            cause));
  }

  /** No answer came. */
  RuntimeException unanswered(Exception cause, Watch watch) {
    return stop(cause, watch)
        .map(stop -> stopped(stop, cause))
        .orElseGet(() -> connectionFailed(cause));
  }

  /** The answer broke off. */
  RuntimeException broken(IOException cause, Watch watch, Progress progress) {
    return stop(cause, watch)
        .map(stop -> stopped(stop, progress.requestId(), cause))
        .orElseGet(() -> incomplete(progress, SafeText.oneLine(cause), shown(cause)));
  }

  /** The answer came to an end too soon. */
  IncompleteStreamException incomplete(Progress progress, String how) {
    return incomplete(progress, how, null);
  }

  private IncompleteStreamException incomplete(
      Progress progress, String how, @Nullable Throwable cause) {
    return new IncompleteStreamException(
        text.of(how),
        progress.events(),
        text.of(progress.lastEvent()),
        text.of(progress.requestId()),
        cause);
  }

  /** The answer does not keep to the protocol. */
  StreamException protocol(StreamException failure, String requestId) {
    boolean isSafe = text.isSafe(failure);
    if (isSafe && requestId.isEmpty()) {
      return failure;
    }
    return isSafe
        ? new StreamException(failure.getMessage() + named(requestId), failure)
        : new StreamException(text.of(SafeText.oneLine(failure)) + named(requestId));
  }

  /** A cause, unless it quotes what must not be shown. */
  private @Nullable Throwable shown(Throwable cause) {
    return text.isSafe(cause) ? cause : null;
  }

  /** On a virtual thread an interrupt closes the socket before the watchdog can see it. */
  private static Optional<Watch.Stop> stop(Exception cause, Watch watch) {
    var interrupted =
        Thread.currentThread().isInterrupted() || find(cause, InterruptedException.class);
    return watch
        .stop()
        .or(() -> interrupted ? Optional.of(new Watch.Stop.Interrupted()) : Optional.empty());
  }

  private ApiException connectionFailed(Exception cause) {
    var origin = settings.baseUri().origin().toURI();
    return switch (cause) {
      case ConnectTimeoutException e -> expired(Clock.CONNECT, "", e);
      case ConnectionRequestTimeoutException e -> poolExhausted(e);
      case UnknownHostException e ->
          failed(false, "the host of " + origin + " is not known; check the base URL", e);
      case SSLException e when !find(e, SocketException.class) && !find(e, EOFException.class) ->
          failed(false, "no trusted TLS connection to " + origin + ": " + e.getMessage(), e);
      case ConnectException e ->
          failed(true, "cannot connect to " + origin + ": " + e.getMessage(), e);
      case NoRouteToHostException e -> failed(true, "no route to " + origin, e);
      case ClientProtocolException e -> notHttp(origin, e);
      case MessageConstraintException e -> notHttp(origin, e);
      default ->
          failed(
              true,
              origin + " broke the connection before it answered: " + SafeText.oneLine(cause),
              cause);
    };
  }

  private ApiException poolExhausted(Exception cause) {
    return failed(
        true,
        "all %d connections were in use for %s; raise maxConnections"
            .formatted(settings.maxConnections(), settings.timeouts().firstByte()),
        cause);
  }

  private ApiException notHttp(String origin, Exception cause) {
    var root = cause.getCause() == null ? cause : cause.getCause();
    var why = text.of(SafeText.oneLine(root));
    return made(
        new UnexpectedResponseException(
            origin + " does not answer as an HTTP server should: " + why,
            new Details(0, "", "", "", false, null),
            shown(cause)));
  }

  private ApiException failed(boolean retryable, String message, Exception cause) {
    return made(
        new ConnectionFailedException(message, new Details(0, "", "", "", retryable, null), cause));
  }

  private static boolean find(Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  /** An error came as an event of the stream. */
  ApiException errorEvent(StreamEvent.Error event, String requestId) {
    var parsed = ErrorBody.parse(event.json().text());
    var error =
        new ErrorBody(
            event.errorType(),
            parsed.map(ErrorBody::code).orElse(""),
            event.message(),
            parsed.map(ErrorBody::requestId).filter(id -> !id.isEmpty()).orElse(requestId));
    var type = ErrorKind.ofType(error.type());
    var details = details(0, error, type.isRetryable(error.code()), null);
    var message =
        "%s broke its answer off with %s".formatted(origin(), describe(error, event.message()));
    return made(type.exception(message, error.message(), details));
  }

  /** The API answered with an error. */
  ApiException refused(int status, ErrorBody error, String shown, RetryAdvice advice) {
    var kind = status >= 400 ? ErrorKind.ofStatus(status) : ErrorKind.ofType(error.type());
    boolean retryable = advice.shouldRetry().orElseGet(() -> kind.isRetryable(error.code()));
    var details = details(status, error, retryable, advice.retryAfter().orElse(null));
    var message =
        "%s answered %d %s%s".formatted(origin(), status, describe(error, shown), hint(status));
    return made(kind.exception(message, error.message(), details));
  }

  /** What answered is not the API. */
  ApiException unexpected(int status, String requestId, String message) {
    return made(
        new UnexpectedResponseException(
            origin() + " " + message + named(requestId),
            new Details(status, "", "", text.of(requestId), false, null),
            null));
  }

  private Details details(
      int status, ErrorBody error, boolean retryable, @Nullable Duration retryAfter) {
    return new Details(
        status,
        text.of(error.type()),
        text.of(error.code()),
        text.of(error.requestId()),
        retryable,
        retryAfter);
  }

  private String describe(ErrorBody error, String shown) {
    var words = new StringBuilder(error.type());
    if (!error.code().isEmpty()) {
      words.append(" (").append(error.code()).append(')');
    }
    var message = error.message().isBlank() ? shown : error.message();
    words.append(words.isEmpty() ? "" : ": ").append(message.isBlank() ? "no text" : message);
    return text.of(words.toString()) + named(error.requestId());
  }

  private String named(String requestId) {
    return requestId.isEmpty() ? "" : " (request id " + text.of(requestId) + ")";
  }

  private String hint(int status) {
    return status == 401 && settings.credential().isEmpty()
        ? "; no key was sent: set ANTHROPIC_API_KEY, or apiKey(...) of the client's builder"
        : "";
  }

  private String origin() {
    return settings.baseUri().origin().toURI();
  }

  private <E extends ApiException> E made(E failure) {
    failure.happenedIn(attempt);
    return failure;
  }
}
