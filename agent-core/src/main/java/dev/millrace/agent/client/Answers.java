package dev.millrace.agent.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells an event stream from all else that may answer a request. */
final class Answers {
  private static final Duration TEXT_WAIT = Duration.ofSeconds(2);

  private final ClientSettings settings;
  private final Failures failures;

  Answers(ClientSettings settings, Failures failures) {
    this.settings = settings;
    this.failures = failures;
  }

  /**
   * The bytes of the event stream.
   *
   * @throws ApiException when the answer is no event stream
   */
  InputStream eventStream(Exchange answer) throws IOException {
    int status = answer.status();
    var contentType = mediaType(answer);
    if (status == 200 && (contentType.equals("text/event-stream") || contentType.isEmpty())) {
      checkEncoding(answer);
      return answer.body();
    }
    if (status >= 300 && status < 400) {
      throw failures.unexpected(status, answer.requestId(), redirect(answer));
    }
    var text = answer.text(TEXT_WAIT);
    var error = ErrorBody.parse(text);
    if (status >= 400 || (error.isPresent() && contentType.equals("application/json"))) {
      var known = error.orElseGet(() -> new ErrorBody("", "", "", ""));
      throw failures.refused(status, named(known, answer), text, advice(answer));
    }
    throw failures.unexpected(status, answer.requestId(), notAStream(status, contentType, text));
  }

  private void checkEncoding(Exchange answer) {
    var encoding = answer.header("content-encoding");
    if (encoding != null && !encoding.strip().matches("(?i)(x-)?gzip|identity|")) {
      throw failures.unexpected(
          200,
          answer.requestId(),
          "answered in the encoding \"" + safe(encoding) + "\", which was not asked for");
    }
  }

  private static ErrorBody named(ErrorBody error, Exchange answer) {
    var id = answer.requestId();
    return id.isEmpty() ? error : new ErrorBody(error.type(), error.code(), error.message(), id);
  }

  private RetryAdvice advice(Exchange answer) {
    return new RetryAdvice(answer::header, settings.clockwork().wallClock());
  }

  private String notAStream(int status, String contentType, String text) {
    return "answered %d with %s where text/event-stream was expected; is the base URL right? %s"
        .formatted(
            status,
            contentType.isEmpty() ? "no content type" : safe(contentType),
            text.isBlank() ? "The body is empty." : "It begins: " + safe(text));
  }

  private static String redirect(Exchange answer) {
    return "answered %d, a redirect to %s; redirects are not followed, so the key went nowhere else. Set the base URL to where the API is"
        .formatted(answer.status(), target(answer.header("location")));
  }

  /** Only the origin: what follows may hold anything. */
  private static String target(@Nullable String location) {
    if (location == null) {
      return "nowhere";
    }
    try {
      var uri = URI.create(location.strip());
      return uri.getHost() == null
          ? "the same origin"
          : uri.getScheme()
              + "://"
              + uri.getHost()
              + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    } catch (IllegalArgumentException e) {
      return "what is no URL";
    }
  }

  private String safe(String text) {
    return settings.safeText().of(text);
  }

  private static String mediaType(Exchange answer) {
    var header = answer.header("content-type");
    if (header == null) {
      return "";
    }
    int parameters = header.indexOf(';');
    var type = parameters < 0 ? header : header.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
