package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSetUpTest {
  private static HttpMessagesClient.Builder environment(String... namesAndValues) {
    var variables = new HashMap<String, String>();
    for (int at = 0; at < namesAndValues.length; at += 2) {
      variables.put(namesAndValues[at], namesAndValues[at + 1]);
    }
    return HttpMessagesClient.builder().environment(variables);
  }

  @Test
  void prefersTheKeyToTheTokenOfTheEnvironment() {
    try (var server = MessagesServer.start(request -> Reply.says("a"))) {
      var base = server.baseUri().toString();
      var both =
          environment(
              "ANTHROPIC_API_KEY",
              "the-key",
              "ANTHROPIC_AUTH_TOKEN",
              "tok",
              "ANTHROPIC_BASE_URL",
              base);
      var token =
          environment(
              "ANTHROPIC_API_KEY",
              "",
              "ANTHROPIC_AUTH_TOKEN",
              "the-token",
              "ANTHROPIC_BASE_URL",
              base);
      for (var builder : List.of(both, token)) {
        try (var client = builder.build()) {
          Fixture.stream(client);
        }
      }
      assertThat(server.requests())
          .extracting(request -> request.header("authorization").orElseThrow())
          .containsExactly("Bearer the-key", "Bearer the-token");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080, http://localhost:8080/v1/messages",
    "http://localhost:8080/, http://localhost:8080/v1/messages",
    "http://localhost:8080/v1, http://localhost:8080/v1/messages",
    "http://localhost:8080/v1/, http://localhost:8080/v1/messages",
    "https://gateway.example/anthropic, https://gateway.example/anthropic/v1/messages",
    "https://gateway.example/anthropic/v1//, https://gateway.example/anthropic/v1/messages",
    "' HTTPS://Gateway.example ', https://gateway.example/v1/messages",
    "http://[::1]:9/x, http://[::1]:9/x/v1/messages",
  })
  void takesBaseUrlsAsPeopleWriteThem(String text, String expected) {
    var base = BaseUri.parse(text, "it");
    assertThat(base.origin().toURI() + base.messagesPath()).isEqualToIgnoringCase(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://host, must begin with http",
    "api.anthropic.com, must begin with http",
    "localhost:8080, must begin with http",
    "http://, is no URL",
    "http:///v1, names no host",
    "http:host, names no host",
    "http://a b/, is no URL",
    "http://under_score/, names no host",
    "http://user:secret@host, must not hold a user name",
    "http://host?key=secret, must not hold a query",
    "http://host#secret, must not hold a query",
    "http://host:99999, names port 99999",
    "http://example.com\\@127.0.0.1/secret, is no URL",
  })
  void refusesOtherBaseUrlsAndNamesTheVariable(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> environment("ANTHROPIC_BASE_URL", text))
        .withMessageStartingWith("ANTHROPIC_BASE_URL " + why)
        .withMessageContaining("https://api.anthropic.com")
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "'  ', is blank",
    "'abcsecret\n', holds a line break at character 10 of 10",
    "'abc secret', holds a space",
    "'abc\u0007secret', holds a control character",
    "'abcsécret', holds a character that is not ASCII",
  })
  void refusesKeysThatNoHeaderCanCarryWithoutShowingThem(String key, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> environment("ANTHROPIC_API_KEY", key))
        .withMessageStartingWith("ANTHROPIC_API_KEY " + why)
        .withMessageNotContainingAny("abc", "cret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> environment("ANTHROPIC_AUTH_TOKEN", key))
        .withMessageStartingWith("ANTHROPIC_AUTH_TOKEN " + why);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().apiKey(key))
        .withMessageStartingWith("the API key " + why);
  }

  @Test
  void sendsWhatItWasSetUpWith() {
    try (var server = MessagesServer.start(request -> Reply.says("a"));
        var client =
            Fixture.client(server)
                .betas("one", "two")
                .header("X-Team", "weather")
                .userAgent("forecast/1.0")
                .build()) {
      var request =
          MessageRequest.to("claude-opus-5-5", 10)
              .beta("two")
              .beta("three")
              .build(List.of(Message.user("Hi")));
      client.stream(request, CancelSignal.NEVER, event -> {});
      var sent = server.requests().getFirst();
      assertThat(sent.header("anthropic-version")).hasValue("2026-10-21");
      assertThat(sent.headers().get("anthropic-beta")).containsExactly("one,two,three");
      assertThat(sent.header("x-team")).hasValue("weather");
      assertThat(sent.header("user-agent")).hasValue("forecast/1.0");
      assertThat(sent.header("content-type")).hasValue("application/json");
      assertThat(sent.header("transfer-encoding")).isEmpty();
      assertThat(sent.header("content-length")).hasValue(Integer.toString(sent.size()));
      assertThat(sent.headers().keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)))
          .containsExactlyInAnyOrder(
              "accept",
              "accept-encoding",
              "anthropic-beta",
              "anthropic-version",
              "authorization",
              "connection",
              "content-length",
              "content-type",
              "host",
              "user-agent",
              "x-team");
      server.verify();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Authorization", "x-api-key", "Host", "Content-Length", "anthropic-version"})
  void refusesHeadersThatItSetsItself(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().header(name, "x"))
        .withMessageContaining(name);
  }

  @Test
  void refusesHeadersThatWouldSplit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().header("x", "a\r\nb: c"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().header("x\n", "a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().betas("a\r\nb"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().userAgent("a\r\nb"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"temperature", "top_p", "top_k"})
  void refusesMembersThatTheVersionRefusesBeforeSending(String member) {
    var request =
        MessageRequest.to("claude-opus-5-5", 10)
            .member(member, RawJson.parse("1"))
            .build(List.of(Message.user("Hi")));
    try (var server = MessagesServer.builder().withoutRules().start(r -> Reply.says("a"));
        var client = Fixture.client(server).build();
        var before = Fixture.client(server).apiVersion(ApiVersion.V2023_06_01).build()) {
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> client.stream(request, CancelSignal.NEVER, event -> {}))
          .withMessageContaining("\"" + member + "\"")
          .withMessageContaining("2026-10-21");
      assertThat(server.requestCount()).isZero();
      before.stream(request, CancelSignal.NEVER, event -> {});
      assertThat(server.requestCount()).isOne();
    }
  }

  @Test
  void refusesARequestThatIsTooLongBeforeSending() {
    var text = Message.user("x".repeat(1024 * 1024));
    var request = MessageRequest.to("claude-opus-5-5", 10).build(Collections.nCopies(32, text));
    try (var server = MessagesServer.builder().withoutRules().start(r -> Reply.says("a"));
        var client = Fixture.client(server).build();
        var patient = Fixture.client(server).maxRequestBytes(40L * 1024 * 1024).build()) {
      assertThatExceptionOfType(ContextTooLongException.class)
          .isThrownBy(() -> client.stream(request, CancelSignal.NEVER, event -> {}))
          .withMessageContaining("33,55")
          .withMessageContaining("33,554,432")
          .withMessageContaining("maxRequestBytes");
      assertThat(server.requestCount()).isZero();
      assertThat(patient).isNotNull();
    }
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().maxConnections(0))
        .withMessageContaining("maxConnections");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().maxRequestBytes(0))
        .withMessageContaining("maxRequestBytes");
    assertThatIllegalArgumentException().isThrownBy(() -> new ApiVersion("latest"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpMessagesClient.builder().baseUri(URI.create("file:/x")))
        .withMessageStartingWith("the base URI");
  }

  @Test
  void needsNothingFromTheEnvironment() {
    try (var client = HttpMessagesClient.builder().environment(Map.of()).build()) {
      assertThat(client).hasToString("HttpMessagesClient[https://api.anthropic.com]");
    }
  }
}
