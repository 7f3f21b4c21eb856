package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The key is in one header and nowhere else, whatever a server makes of it. */
class SecretsTest {
  private static final String KEY = "canary-9b1f6c7d-very-secret";
  private static final String CLAUDE_KEY = "sk-ant-api03-somebody-elses-key_1";
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  private static final AtomicInteger SEEN = new AtomicInteger();

  /**
   * All that the HTTP library logs in this JVM while these tests run, at the most talkative level.
   */
  private static final AppenderBase<ILoggingEvent> SPY =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          SEEN.incrementAndGet();
          if (event.getFormattedMessage().contains(KEY)) {
            LEAKS.add(event.getLoggerName() + ": " + event.getFormattedMessage());
          }
        }
      };

  private static final Logger LIBRARY = (Logger) LoggerFactory.getLogger("org.apache.hc");

  @BeforeAll
  static void listen() {
    LIBRARY.setLevel(Level.TRACE);
    LIBRARY.setAdditive(false);
    LIBRARY.addAppender(SPY);
    SPY.start();
  }

  @AfterAll
  static void stopListening() {
    LIBRARY.detachAppender(SPY);
    LIBRARY.setAdditive(true);
    LIBRARY.setLevel(null);
    assertThat(SEEN).as("the library's log was not heard").hasPositiveValue();
    assertThat(LEAKS).isEmpty();
  }

  private static String everything(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static HttpMessagesClient.Builder client(MessagesServer server) {
    return Fixture.withoutRetries(server).apiKey(KEY);
  }

  private static List<Reply> echoes(String key) {
    var json = "{\"type\":\"error\",\"error\":{\"type\":\"t\",\"message\":\"bad " + key + "\"}}";
    return List.of(
        Reply.error(401, "authentication_error", "invalid key " + key),
        Reply.error(400, key, "x"),
        Reply.error(500, "api_error", "\n" + key + "\u0000" + key),
        Reply.error(400, "a", key.substring(0, 9) + "\n  " + key.substring(9)),
        Reply.status(502, "text/html", "<p>You sent Authorization: Bearer " + key + "</p>"),
        Reply.status(502, "text/html", "x".repeat(1_020) + key),
        Reply.status(200, "application/json", json),
        Reply.status(200, "text/" + key, key),
        Reply.status(307, "text/plain", "").header("location", "http://127.0.0.1:1/?k=" + key),
        Reply.status(307, "text/plain", "").header("location", key),
        Reply.error(429, "a", "b").header("request-id", key).header("retry-after", key),
        Reply.says("a").header("content-encoding", key),
        Reply.says("a").errorEventAfter(0, "api_error", "for " + key),
        Reply.says("a").errorEventAfter(2, key, "for " + key),
        Reply.says("a").header("request-id", key).cutAfterEvent(2, Cut.FIN),
        Reply.events("{\"type\":\"error\",\"error\":\"" + key + "\"}"),
        stream("event: error\ndata: " + key + "\n\n"),
        stream("event: " + key + "\ndata: {\"type\":\"ping\"}\n\n"),
        stream("event: ping\ndata: {\"type\":\"" + key + "\"}\n\n"),
        stream("data: {" + key + "}\n\n"));
  }

  private static Reply stream(String text) {
    return Reply.bytes("text/event-stream", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void showsNoKeyThatAServerSendsBack() {
    for (var key : List.of(KEY, CLAUDE_KEY)) {
      for (var reply : echoes(key)) {
        try (var server = MessagesServer.start(request -> reply);
            var client = client(server).build()) {
          var thrown = catchThrowable(() -> Fixture.stream(client));
          assertThat(thrown).as(reply.toString()).isNotNull();
          assertThat(everything(thrown).replaceAll("[\\s\\\\n]+", "")).doesNotContain(key);
          if (thrown instanceof ApiException api) {
            assertThat(api.errorType() + api.errorCode() + api.requestId()).doesNotContain(key);
          }
        }
      }
    }
  }

  @Test
  void showsNoKeyThatComesInsteadOfHttp() {
    for (var answer :
        List.of(
            "HTTP/1.1 " + KEY + "\r\n\r\n",
            KEY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + KEY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                + KEY
                + "\r\n")) {
      try (var server = RawServer.answering(answer);
          var client = Fixture.withoutRetries(server.baseUri()).apiKey(KEY).build()) {
        var thrown = catchThrowable(() -> Fixture.stream(client));
        assertThat(thrown).isNotNull();
        assertThat(everything(thrown)).doesNotContain(KEY);
      }
    }
  }

  @Test
  void showsNoKeyWhenAClockGoesOffOrAStreamBreaks() {
    for (var reply :
        List.of(
            Reply.says("a").stallBeforeHeaders(),
            Reply.says("a").stallAfterEvent(2),
            Reply.says("a").cutAfterEvent(1, Cut.RST))) {
      try (var server = MessagesServer.start(request -> reply);
          var client =
              client(server)
                  .timeouts(
                      Timeouts.DEFAULT
                          .withFirstByte(Duration.ofMillis(100))
                          .withIdle(Duration.ofMillis(100)))
                  .build()) {
        assertThat(everything(catchThrowable(() -> Fixture.stream(client)))).doesNotContain(KEY);
      }
    }
  }

  @Test
  void sendsAKeyInExactlyOneHeaderAsTheVersionHasIt() {
    try (var server = MessagesServer.builder().withoutRules().start(request -> Reply.says("a"));
        var now = client(server).build();
        var before = client(server).apiVersion(ApiVersion.V2023_06_01).build();
        var token = client(server).apiVersion(ApiVersion.V2023_06_01).authToken(KEY).build();
        var none = HttpMessagesClient.builder().baseUri(server.baseUri()).build()) {
      for (var client : List.of(now, before, token, none)) {
        assertThat(Fixture.stream(client).text()).isEqualTo("a");
      }
      assertThat(server.requests())
          .extracting(request -> request.header("authorization"))
          .containsExactly(
              Optional.of("Bearer " + KEY),
              Optional.empty(),
              Optional.of("Bearer " + KEY),
              Optional.empty());
      assertThat(server.requests())
          .extracting(request -> request.header("x-api-key"))
          .containsExactly(Optional.empty(), Optional.of(KEY), Optional.empty(), Optional.empty());
      assertThat(server.requests())
          .extracting(SecretsTest::headersWithKey)
          .containsExactly(1L, 1L, 1L, 0L);
    }
  }

  private static long headersWithKey(RecordedRequest request) {
    return request.headers().values().stream()
        .flatMap(List::stream)
        .filter(value -> value.contains(KEY))
        .count();
  }

  @Test
  void hidesTheKeyInAllThatCanBePrinted() {
    assertThat(Credential.apiKey(KEY, "x")).hasToString("***");
    try (var client = HttpMessagesClient.builder().apiKey(KEY).build()) {
      assertThat(client).hasToString("HttpMessagesClient[https://api.anthropic.com]");
    }
    var credential = Optional.of(Credential.apiKey(KEY, "x"));
    var settings =
        new ClientSettings(
            BaseUri.DEFAULT,
            ApiVersion.V2026_10_21,
            credential,
            new SafeText(credential),
            List.of(),
            List.of(),
            "x",
            1,
            1,
            Timeouts.DEFAULT,
            RetryPolicy.DEFAULT,
            null,
            Clockwork.SYSTEM);
    assertThat(settings.toString()).contains("***").doesNotContain(KEY);
  }

  @Test
  void cutsLongTextsAfterHidingKeysInThem() {
    var text = new SafeText(Optional.of(Credential.apiKey(KEY, "x")));
    for (int at = 1_000; at < 1_030; at++) {
      assertThat(text.of("x".repeat(at) + KEY + "y".repeat(100))).doesNotContain("canary");
    }
    assertThat(text.of("a\tb\r\nc\u001b[0m\u202ed\u2028e"))
        .isEqualTo("a b\\r\\nc\\u001b[0m\\u202ed\\u2028e");
  }
}
