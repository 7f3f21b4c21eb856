package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EveryEventTest {
  private static Lesson against(Reply reply, String... args) throws Exception {
    try (var server = MessagesServer.start(request -> reply)) {
      return Lesson.against(server, EveryEvent.class, args);
    }
  }

  @Test
  void printsEveryEventOfAMessage() throws Exception {
    assertThat(
            Lesson.withoutKey(EveryEvent.class)
                .isFine()
                .out()
                .replaceAll("\\d+ (char|out)", "n $1"))
        .isEqualTo(
            """
            message_start scripted
            content_block_start 0 thinking
            Oslo: the tool knows.
            signature_delta n characters
            content_block_stop 0
            content_block_start 1 text
            I will look it up.
            content_block_stop 1
            content_block_start 2 tool_use get_weather
            {"city": "Oslo"}
            content_block_stop 2
            message_delta stop_reason tool_use, n output tokens
            message_stop after 1 ping
            """);
  }

  @Test
  void asksWhatItIsTold() throws Exception {
    try (var server =
        MessagesServer.start(Script.of().expectUserText("Is it cold?").then(Reply.says("No.")))) {
      var lesson = Lesson.against(server, EveryEvent.class, "Is", "it", "cold?").isFine();
      assertThat(lesson.out()).contains("\nNo.\n").endsWith("message_stop\n");
      assertThat(lesson.err()).isEmpty();
      server.verify();
    }
  }

  @Test
  void printsWhatItDoesNotKnowAndWhatOtherServersSend() throws Exception {
    var lesson =
        against(
            Reply.events(
                """
                {"type":"message_start","message":{"id":"x","type":"message","role":"assistant",
                "model":"local","content":[]}}\
                """
                    .replace("\n", ""),
                "{\"type\":\"news\",\"a\":1}",
                """
                {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"al"}}\
                """,
                """
                {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t",\
                "name":"get_weather","input":{"city":"Oslo"}}}\
                """,
                """
                {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"so"}}\
                """,
                """
                {"type":"content_block_delta","index":0,"delta":{"type":"odd_delta","x":2}}\
                """,
                "{\"type\":\"content_block_stop\",\"index\":1}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null}}",
                "{\"type\":\"message_stop\"}"));
    assertThat(lesson.isFine().out())
        .isEqualTo(
            """
            message_start local
            news {"type":"news","a":1}
            content_block_start 0 text
            al
            content_block_start 1 tool_use get_weather
            {"city":"Oslo"}
            block 0
            so
            odd_delta {"type":"odd_delta","x":2}
            content_block_stop 1
            content_block_stop 0
            message_delta no stop_reason
            message_stop
            """);
  }

  @Test
  void endsWith4WhenTheStreamIsCut() throws Exception {
    var lesson = against(Reply.says("one", "two", "three").cutAfterEvent(4, Cut.FIN));
    assertThat(lesson.exitCode()).isEqualTo(4);
    assertThat(lesson.out()).contains("\none").doesNotContain("message_stop");
    assertThat(lesson.err()).hasLineCount(1).startsWith("No message_stop: ");
  }

  @Test
  void endsWith4WhenTheServerRefusesOrSendsAnError() throws Exception {
    var refused = against(Reply.error(400, "invalid_request_error", "model:\nnot found"));
    assertThat(refused.exitCode()).isEqualTo(4);
    assertThat(refused.err()).hasLineCount(1).contains("400", "invalid_request_error");
    var broken = against(Reply.says("one").errorEventAfter(3, "api_error", "went wrong"));
    assertThat(broken.exitCode()).isEqualTo(4);
    assertThat(broken.err()).hasLineCount(1).contains("went wrong");
    var other = against(Reply.status(200, "text/html", "<html>hello"));
    assertThat(other.exitCode()).isEqualTo(4);
    assertThat(other.err()).hasLineCount(1);
  }

  @Test
  void endsWith4WhenThereIsNoServerOrNoAddress() throws Exception {
    int port;
    try (var server = MessagesServer.start(request -> Reply.says("x"))) {
      port = server.port();
    }
    for (var address : new String[] {"http://127.0.0.1:" + port, "no address"}) {
      var lesson = Lesson.run(EveryEvent.class, Map.of("ANTHROPIC_BASE_URL", address));
      assertThat(lesson.exitCode()).isEqualTo(4);
      assertThat(lesson.err()).hasLineCount(1).startsWith("No message_stop: ");
    }
  }
}
