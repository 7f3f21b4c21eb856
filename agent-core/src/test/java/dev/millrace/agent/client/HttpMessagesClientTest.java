package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
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
              .build(List.of(dev.millrace.agent.message.Message.user("Grüezi 🌍")));
      client.stream(request, CancelSignal.NEVER, event -> {});
      assertThat(
              new String(
                  server.requests().getFirst().bytes(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(
              "{\"model\":\"claude-opus-5-5\",\"max_tokens\":77,\"metadata\":{\"user_id\":\"ü\"},"
                  + "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":"
                  + "[{\"type\":\"text\",\"text\":\"Grüezi 🌍\"}]}]}");
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
