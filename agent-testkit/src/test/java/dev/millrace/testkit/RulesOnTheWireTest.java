package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** The rules as a client meets them: at a server. */
@Timeout(60)
class RulesOnTheWireTest {
  private static final String BROKEN = Wire.ASK.replace("\"hi\"", "\"\"");

  @Test
  void answersABrokenRequestInTheWordsOfTheApiAndDoesNotAskTheResponder() throws Exception {
    try (var server =
        MessagesServer.start(request -> {
          throw new AssertionError("asked");
        })) {
      var response = Asking.post(server, BROKEN);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(JsonMapper.shared().readTree(response.body()).at("/error/message").asString())
          .isEqualTo(
              "messages.0: all messages must have non-empty content except for the optional final assistant message");
      assertThatThrownBy(server::verify)
          .hasMessageContaining("request #1 POST /v1/messages")
          .hasMessageContaining("was refused: messages.0: all messages")
          .hasMessageNotContaining("asked");
    }
  }

  @Test
  void countsRefusalsAsExpectedWhenToldSo() throws Exception {
    try (var server = MessagesServer.builder().refusalsExpected().start(r -> Reply.says("ok"))) {
      assertThat(Asking.post(server, BROKEN).statusCode()).isEqualTo(400);
      assertThatCode(server::verify).doesNotThrowAnyException();
    }
  }

  @Test
  void checksNothingWhenToldSo() throws Exception {
    try (var server = MessagesServer.builder().withoutRules().start(r -> Reply.says("ok"))) {
      assertThat(Asking.post(server, BROKEN).statusCode()).isEqualTo(200);
      assertThat(Asking.post(server, "no json").statusCode()).isEqualTo(200);
      assertThat(server.requests().getLast().body().isMissingNode()).isTrue();
    }
  }

  @Test
  void remembersWhatWasThoughtBeforeACallWhoseInputIsBroken() throws Exception {
    var reply = Reply.thinks("hm").callsInFragments("toolu_1", "write", "{\"path\":");
    try (var server = MessagesServer.start(request -> reply)) {
      assertThat(Asking.post(server, Wire.ASK).statusCode()).isEqualTo(200);
      server.verify();
    }
  }

  @Test
  void wantsAKeyInOneOfItsHeaders() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"))) {
      var request =
          HttpRequest.newBuilder(URI.create(server.baseUri() + "/v1/messages"))
              .header("anthropic-version", "2026-10-21")
              .POST(HttpRequest.BodyPublishers.ofString(Wire.ASK));
      var response = Asking.send(request);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).contains("\"authentication_error\"");
      assertThat(Asking.send(request.header("authorization", "Bearer key")).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void knowsTheThinkingThatItSaid() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.thinks("hm").calls("stat", "{}"))) {
      String ask = Wire.ASK.replace("\"stream\":true,", "");
      String content =
          JsonMapper.shared().readTree(Asking.post(server, ask).body()).path("content").toString();
      String id = content.replaceAll("(?s).*\"id\":\"(toolu_\\w+)\".*", "$1");
      String next =
          ask.replace(
              "]}",
              ",{\"role\":\"assistant\",\"content\":%s},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\"}]}]}"
                  .formatted(content, id));
      assertThat(Asking.post(server, next).statusCode()).isEqualTo(200);
      assertThat(Asking.post(server, next.replace("\"hm\"", "\"hmm\"")).body())
          .contains("in the latest assistant message cannot be modified");
      assertThat(Asking.post(server, next.replace("\"hi\"", "\"hello\"")).body())
          .contains("bound to a different conversation");
    }
  }
}
