package dev.millrace.agent.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpMessagesClientTest {
  @Test
  void streamsTheEventsOfAMessageInOrder() {
    try (var server = MessagesServer.start(request -> Reply.says("Hello ", "world"));
        var client = Fixture.client(server).build()) {
      var noted = Fixture.stream(client);
      assertThat(noted.text()).isEqualTo("Hello world");
      assertThat(noted.types())
          .filteredOn(type -> !type.equals("ping"))
          .containsExactly(
              "message_start",
              "content_block_start",
              "content_block_delta",
              "content_block_delta",
              "content_block_stop",
              "message_delta",
              "message_stop");
      server.verify();
    }
  }

  @Test
  void sendsMembersInTheirOrderThenStreamThenTheMessagesAsTheyAre() {
    try (var server = MessagesServer.start(request -> Reply.says("Hi"));
        var client = Fixture.client(server).build()) {
      var request =
          MessageRequest.to("claude-opus-5-5", 77)
              .member("metadata", RawJson.parse("{\"user_id\":\"ü\"}"))
              .build(List.of(Message.user("Grüezi 🌍")));
      client.stream(request, CancelSignal.NEVER, event -> {});
      assertThat(new String(server.requests().getFirst().bytes(), UTF_8))
          .isEqualTo(
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":77,\"metadata\":{\"user_id\":\"ü\"},"
                  + "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":"
                  + "[{\"type\":\"text\",\"text\":\"Grüezi 🌍\"}]}]}");
    }
  }

  @Test
  void sendsWhatTheBuilderHeldWhenTheRequestWasBuilt() {
    var builder = MessageRequest.to("claude-opus-5-5", 1);
    var hello = List.of(Message.user("Hello"));
    var first = builder.build(hello);
    var same = builder.member("max_tokens", RawJson.ofNumber(1)).build(hello);
    var second = builder.member("max_tokens", RawJson.ofNumber(2)).build(hello);
    var third = second.toBuilder().member("service_tier", RawJson.ofNumber(3)).build(hello);
    try (var server = MessagesServer.start(request -> Reply.says("Hi"));
        var client = Fixture.client(server).build()) {
      for (var request : List.of(third, second, same, first, second)) {
        client.stream(request, CancelSignal.NEVER, event -> {});
      }
      assertThat(server.requests())
          .extracting(request -> new String(request.bytes(), UTF_8).replaceAll(",\"stream.*", ""))
          .containsExactly(
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":2,\"service_tier\":3",
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":2",
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":1",
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":1",
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":2");
    }
  }

  @Test
  void keepsOneConnectionFromTurnToTurn() {
    try (var server = MessagesServer.start(request -> Reply.says("Hi"));
        var client = Fixture.client(server).build()) {
      for (int turn = 0; turn < 20; turn++) {
        Fixture.stream(client);
      }
      assertThat(server.requests()).extracting(RecordedRequest::connection).containsOnly(1);
      assertThat(client.connectionsInUse()).isZero();
    }
  }
}
