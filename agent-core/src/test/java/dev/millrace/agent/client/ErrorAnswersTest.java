package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorAnswersTest {
  private static ApiException failure(Reply reply) {
    try (var server = MessagesServer.start(request -> reply);
        var client = Fixture.withoutRetries(server).build()) {
      return catchThrowableOfType(ApiException.class, () -> Fixture.stream(client));
    }
  }

  private static ApiException failure(int status, String type, String body) {
    return failure(Reply.status(status, type, body).header("request-id", "req_head"));
  }

  /** The media types of the web platform tests' event source vectors; the charset is ignored. */
  @ParameterizedTest
  @ValueSource(strings = {"x bogus", "text/x-bogus", "text/html", "application/octet-stream"})
  @Tag("A13")
  void refusesAnAnswerOfAnotherMediaType(String type) {
    var failure = failure(Reply.says("Hello.").contentType(type));
    assertThat(failure).isInstanceOf(UnexpectedResponseException.class).hasMessageContaining(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "text/event-stream;",
        "Text/Event-Stream; charset=windows-1252",
      })
  @Tag("A14")
  void readsAnEventStreamAsUtf8WhateverItsParametersSay(String type) {
    try (var server = MessagesServer.start(request -> Reply.says("\u00e9").contentType(type));
        var client = Fixture.withoutRetries(server).build()) {
      assertThat(Fixture.stream(client).events.toString()).contains("\u00e9");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, InvalidRequestException",
    "401, AuthenticationException",
    "402, ApiException",
    "403, AuthenticationException",
    "404, InvalidRequestException",
    "409, ApiException",
    "413, ContextTooLongException",
    "422, InvalidRequestException",
    "429, RateLimitException",
    "500, OverloadedException",
    "502, OverloadedException",
    "529, OverloadedException",
  })
  @Tag("F09")
  void makesATypedExceptionOfEachStatus(int status, String type) {
    var failure = failure(Reply.error(status, "some_error", "the reason"));
    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.status()).hasValue(status);
    assertThat(failure.errorType()).isEqualTo("some_error");
    assertThat(failure.requestId()).startsWith("req_");
    assertThat(failure)
        .hasMessageContaining("answered " + status + " some_error: the reason")
        .hasMessageContaining(failure.requestId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"error\",\"error\":{\"type\":\"some_error\",\"message\":\"why\"},\"request_id\":\"r\"}",
        "{\"error\":{\"type\":\"some_error\",\"message\":\"why\",\"code\":400}}",
        "{\"code\":400,\"message\":\"why\",\"type\":\"some_error\"}",
      })
  void readsErrorsInAllTheirShapes(String body) {
    var failure = failure(400, "application/json", body);
    assertThat(failure).isInstanceOf(InvalidRequestException.class);
    assertThat(failure.errorType()).isEqualTo("some_error");
    assertThat(failure.requestId()).isEqualTo("req_head");
    assertThat(failure).hasMessageContaining("some_error: why (request id req_head)");
  }

  @Test
  @Tag("F09")
  void takesTheRequestIdFromTheBodyWhenNoHeaderHasOne() {
    var body = "{\"error\":{\"type\":\"t\",\"message\":\"m\"},\"request_id\":\"req_body\"}";
    try (var server =
            RawServer.answering(
                "HTTP/1.1 400 Bad\r\ncontent-length: %d\r\n\r\n%s".formatted(body.length(), body));
        var client = Fixture.client(server.baseUri()).build()) {
      var failure = catchThrowableOfType(ApiException.class, () -> Fixture.stream(client));
      assertThat(failure.requestId()).isEqualTo("req_body");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prompt is too long: 210000 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
        "the request exceeds the available context size, try increasing it",
      })
  @Tag("F11")
  void tellsAPromptThatIsTooLongFromOtherBadRequests(String message) {
    assertThat(failure(Reply.error(400, "invalid_request_error", message)))
        .isInstanceOf(ContextTooLongException.class)
        .returns(false, ApiException::isRetryable);
  }

  @Test
  void namesWhereTheKeyComesFromWhenNoneWasSent() {
    try (var server = MessagesServer.start(r -> Reply.error(401, "authentication_error", "x"));
        var client = HttpMessagesClient.builder().baseUri(server.baseUri()).build()) {
      assertThat(catchThrowable(() -> Fixture.stream(client)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining("no key was sent")
          .hasMessageContaining("ANTHROPIC_API_KEY");
    }
    assertThat(failure(Reply.error(401, "authentication_error", "invalid x-api-key")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("invalid x-api-key")
        .hasMessageNotContaining("no key was sent");
  }

  @Test
  @Tag("F07")
  void showsWhatAWebPageBeginsWith() {
    var page = "<html>\n<body>\u001b[31mBad gateway\u0000" + "x".repeat(5_000);
    var failure = failure(502, "text/html", page);
    assertThat(failure).isInstanceOf(OverloadedException.class);
    assertThat(failure.getMessage())
        .contains("<html>\\n<body>\\u001b[31mBad gateway\\u0000xxx")
        .hasSizeLessThan(1_500);
  }

  @Test
  @Tag("F07")
  void managesWithAnEmptyBody() {
    assertThat(failure(502, "text/html", ""))
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("502 no text");
  }

  @Test
  @Tag("F07")
  void readsNoMoreOfAHugeBodyThanItShows() {
    byte[] piece = "x".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
    Iterable<byte[]> endless = () -> Stream.generate(() -> piece).iterator();
    var failure = failure(Reply.bytes("text/plain", endless).withStatus(502));
    assertThat(failure).isInstanceOf(OverloadedException.class);
    assertThat(failure.getMessage()).hasSizeLessThan(1_500);
  }

  @Test
  @Tag("F07")
  void waitsOnlySecondsForAnErrorTextThatStalls() {
    var body = "{\"error\":{\"type\":\"api_error\",\"message\":\"gone\"}}";
    var failure = failure(Reply.status(502, "application/json", body).stallAt(20));
    assertThat(failure)
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("502 {\"error\":{\"type\":\"ap")
        .hasMessageContaining("could not be read");
  }

  @Test
  @Tag("A13")
  void refusesAWebPageUnderStatus200() {
    var failure = failure(200, "text/html; charset=utf-8", "<h1>Log in</h1>");
    assertThat(failure).isInstanceOf(UnexpectedResponseException.class);
    assertThat(failure)
        .hasMessageContaining("200 with text/html where text/event-stream was expected")
        .hasMessageContaining("base URL")
        .hasMessageContaining("<h1>Log in</h1>");
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  @Tag("A13")
  void takesAnErrorUnderStatus200ForWhatItIs() {
    var failure =
        failure(
            200,
            "application/json",
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}");
    assertThat(failure).isInstanceOf(OverloadedException.class);
    assertThat(failure.errorType()).isEqualTo("overloaded_error");
    assertThat(failure.isRetryable()).isTrue();
  }

  @Test
  void refusesAWholeMessageWhereAStreamWasAskedFor() {
    var message = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}";
    assertThat(failure(200, "application/json", message))
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("200 with application/json");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 206})
  void refusesOtherStatusesOfSuccess(int status) {
    assertThat(failure(status, "text/event-stream", ""))
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("answered " + status);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  @Tag("F08")
  void followsNoRedirectAndNamesItsTarget(int status) {
    try (var target = MessagesServer.start(request -> Reply.says("stolen"))) {
      var location = target.baseUri() + "/v1/messages?token=secret";
      var failure = failure(Reply.status(status, "text/plain", "").header("location", location));
      assertThat(failure)
          .isInstanceOf(UnexpectedResponseException.class)
          .hasMessageContaining("a redirect to " + target.baseUri() + ";")
          .hasMessageNotContaining("token");
      assertThat(target.requestCount()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "overloaded_error, OverloadedException, true",
    "api_error, OverloadedException, true",
    "timeout_error, OverloadedException, true",
    "rate_limit_error, RateLimitException, true",
    "invalid_request_error, InvalidRequestException, false",
    "authentication_error, AuthenticationException, false",
    "billing_error, ApiException, false",
    "future_error, ApiException, false",
  })
  @Tag("B13")
  @Tag("F09")
  void makesATypedExceptionOfAnErrorEventWhereverItComes(
      String type, String exception, boolean retryable) {
    for (int events = 0; events <= 6; events++) {
      var failure = failure(Reply.says("a", "b").errorEventAfter(events, type, "the reason"));
      assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
      assertThat(failure.errorType()).isEqualTo(type);
      assertThat(failure.status()).isEmpty();
      assertThat(failure.isRetryable()).isEqualTo(retryable);
      assertThat(failure.requestId()).startsWith("req_");
      assertThat(failure).hasMessageContaining("the reason");
    }
  }

  @Test
  @Tag("B14")
  void makesAnExceptionOfAnErrorEventThatIsNoJson() {
    var stream = "event: error\ndata: upstream died\n\n";
    var failure =
        failure(Reply.bytes("text/event-stream", stream.getBytes(StandardCharsets.UTF_8)));
    assertThat(failure).hasMessageContaining("upstream died");
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  void readsTheKindsOfErrorsFromThreeShapesAndNothingElse() {
    var readable =
        Map.of(
            "{\"error\":\"just text\"}", "just text",
            "{\"error\":{\"message\":\"m\"}}", "m",
            "{\"message\":\"m\"}", "m");
    readable.forEach((body, message) ->
        assertThat(ErrorBody.parse(body).orElseThrow().message()).isEqualTo(message));
    for (var other : new String[] {"", "x", "null", "[]", "{}", "{\"error\":null}", "{\"a\":"}) {
      assertThat(ErrorBody.parse(other)).isEmpty();
    }
  }
}
