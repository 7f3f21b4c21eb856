package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class MessagesServerTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void streamsATextBlockOneDeltaAnArgument() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("Hello ", "world").usage(11, 7))) {
      var response = Asking.post(server, Wire.ASK);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type"))
          .hasValue("text/event-stream; charset=utf-8");
      assertThat(response.headers().firstValue("request-id").orElse("")).startsWith("req_");
      assertThat(response.body().replaceAll("\"id\":\"msg_\\w+\"", "\"id\":\"msg_1\""))
          .isEqualTo(
              """
              event: message_start
              data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}

              event: content_block_start
              data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

              event: content_block_delta
              data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello "}}

              event: content_block_delta
              data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"world"}}

              event: content_block_stop
              data: {"type":"content_block_stop","index":0}

              event: message_delta
              data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":11,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7}}

              event: message_stop
              data: {"type":"message_stop"}

              """);
    }
  }

  @Test
  void givesTheSameMessageAsOneBodyWhenNoStreamIsAskedFor() throws Exception {
    var reply =
        Reply.thinks("I ", "need it")
            .calls("toolu_1", "stat", "{\"path\":\"a\"}")
            .ping()
            .id("msg_1");
    try (var server = MessagesServer.start(r -> reply.usage(1, 2))) {
      var response = Asking.post(server, Wire.ASK.replace("\"stream\":true,", ""));
      var message = JsonMapper.shared().readTree(response.body());
      assertThat(message.path("stop_reason").asString()).isEqualTo("tool_use");
      assertThat(message.path("content").size()).isEqualTo(2);
      assertThat(message.at("/content/0/thinking").asString()).isEqualTo("I need it");
      assertThat(message.at("/content/1/input/path").asString()).isEqualTo("a");
    }
  }

  @Test
  void answersOverOneConnectionUntilTheClientCloses() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"))) {
      try (var wire = new Wire(server)) {
        for (int i = 0; i < 3; i++) {
          wire.ask(Wire.ASK).readUntil("0\r\n\r\n");
        }
      }
      assertThat(server.requests()).extracting(RecordedRequest::connection).containsOnly(1);
      assertThat(server.requests()).extracting(RecordedRequest::number).containsExactly(1, 2, 3);
      server.awaitNoConnections(SOON);
    }
  }

  @Test
  void readsAChunkedBodyAfterSayingContinue() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"));
        var wire = new Wire(server)) {
      wire.send(Wire.head() + "expect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n");
      assertThat(wire.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      int half = Wire.ASK.length() / 2;
      wire.send(Integer.toHexString(half) + "\r\n" + Wire.ASK.substring(0, half) + "\r\n");
      String rest = Wire.ASK.substring(half);
      wire.send(Integer.toHexString(rest.length()) + ";x=y\r\n" + rest + "\r\n0\r\n\r\n");
      assertThat(wire.readUntil("0\r\n\r\n")).startsWith("HTTP/1.1 200");
      assertThat(server.requests().getFirst().lastUserText()).isEqualTo("hi");
    }
  }

  @Test
  void closesAfterAnAnswerToHttp10AndSendsNoChunks() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"));
        var wire = new Wire(server)) {
      wire.send(Wire.head().replace("HTTP/1.1", "HTTP/1.0"));
      wire.send("content-length: " + Wire.ASK.length() + "\r\n\r\n" + Wire.ASK);
      assertThat(wire.readAll())
          .endsWith("{\"type\":\"message_stop\"}\n\n")
          .doesNotContain("chunked");
    }
  }

  @Test
  void refusesABodyOverTheCapBeforeItIsSent() throws Exception {
    try (var server = MessagesServer.builder().maxBodyBytes(1000).start(r -> Reply.says("ok"));
        var wire = new Wire(server)) {
      wire.send(Wire.head() + "expect: 100-continue\r\ncontent-length: 1001\r\n\r\n");
      assertThat(wire.readAll()).startsWith("HTTP/1.1 413").contains("request_too_large");
    }
  }

  @Test
  void refusesWhatIsNoHttp() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"))) {
      for (String bad :
          new String[] {
            "hello\r\n\r\n",
            "POST / HTTP/1.1\r\nno colon\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n"
          }) {
        try (var wire = new Wire(server)) {
          assertThat(wire.send(bad).readAll()).as(bad).startsWith("HTTP/1.1 400");
        }
      }
      try (var wire = new Wire(server)) {
        assertThat(wire.send("GET /" + "x".repeat(20_000)).readAll()).startsWith("HTTP/1.1 431");
      }
    }
  }

  @Test
  void answersTheOtherEndpoints() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"))) {
      var count =
          Asking.send(
              Asking.request(server, "/v1/messages/count_tokens")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          Wire.ASK.replace("\"max_tokens\":100,\"stream\":true,", ""))));
      assertThat(count.body()).matches("\\{\"input_tokens\":\\d+}");
      var model = Asking.send(Asking.request(server, "/v1/models/claude-opus-5-5").GET());
      assertThat(model.body()).contains("\"id\":\"claude-opus-5-5\"");
      var nothing = Asking.send(Asking.request(server, "/v1/complete").GET());
      assertThat(nothing.statusCode()).isEqualTo(404);
      assertThat(nothing.body()).contains("\"type\":\"not_found_error\"", "\"request_id\":\"req_");
      assertThat(Asking.send(Asking.request(server, "/v1/messages").GET()).statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void streamsToAThousandClientsAtOnce() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("one ", "two ").holdOpenAfterEnd());
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var streams = new ArrayList<Future<String>>();
      for (int i = 0; i < 1000; i++) {
        streams.add(
            clients.submit(() -> {
              try (var wire = new Wire(server)) {
                String text = wire.ask(Wire.ASK).readUntil("message_stop\"}\n\n");
                server.awaitRequests(1000, SOON); // nobody leaves before all have come
                return text;
              }
            }));
      }
      Set<String> ids = ConcurrentHashMap.newKeySet();
      for (var stream : streams) {
        ids.add(stream.get().replaceAll("(?s).*\"id\":\"(msg_\\w+)\".*", "$1"));
      }
      assertThat(ids).hasSize(1000);
      server.awaitNoConnections(SOON);
      server.verify();
    }
  }

  @Test
  void leavesNoThreadAndNoSocketWhenClosedInTheMiddle() throws Exception {
    var server =
        MessagesServer.start(r ->
            switch (r.number() % 4) {
              case 0 -> Reply.says("a").stallBeforeHeaders();
              case 1 -> Reply.says("a").stallAfterEvent(2);
              case 2 -> Reply.says("a").pingsForEver(Duration.ofMillis(1));
              default -> Reply.says("a").drip(1, Duration.ofHours(1));
            });
    var wires = new ArrayList<Wire>();
    for (int i = 0; i < 40; i++) {
      wires.add(new Wire(server).ask(Wire.ASK));
    }
    server.awaitRequests(40, SOON);
    server.close();
    assertThat(server.openConnections()).isZero();
    assertThatThrownBy(() -> new Wire(server).close()).isInstanceOf(ConnectException.class);
    for (Wire wire : wires) {
      assertThatCode(wire::close).doesNotThrowAnyException();
    }
    server.close();
  }

  @Test
  void keepsTheNewestRequestsOnly() throws Exception {
    try (var server = MessagesServer.builder().keepRequests(2).start(r -> Reply.says("ok"))) {
      for (int i = 0; i < 5; i++) {
        Asking.post(server, Wire.ASK);
      }
      assertThat(server.requests()).extracting(RecordedRequest::number).containsExactly(4, 5);
      assertThat(server.requestCount()).isEqualTo(5);
    }
  }
}
