package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each fault as a client sees it on its socket. */
@Timeout(60)
class FaultsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Reply BYTES = Reply.bytes("text/plain", "0123456789".getBytes(UTF_8));
  private static final Reply EVENTS =
      Reply.events("{\"type\":\"a\"}", "{\"type\":\"b\"}", "{\"type\":\"c\"}");

  /** Plays the reply to one client and returns all that it reads after the head. */
  private static String bodyOf(Reply reply) throws IOException {
    try (var server = MessagesServer.start(request -> reply);
        var wire = new Wire(server)) {
      String all = wire.ask(Wire.ASK).readAll();
      return all.substring(all.indexOf("\r\n\r\n") + 4);
    }
  }

  private static String event(String name) {
    return "event: " + name + "\ndata: {\"type\":\"" + name + "\"}\n\n";
  }

  @Test
  void endsInTheMiddleOfABody() throws IOException {
    assertThat(bodyOf(BYTES.cutAt(4, Cut.FIN))).isEqualTo("4\r\n0123\r\n");
    assertThat(bodyOf(BYTES.cutAt(0, Cut.FIN))).isEmpty();
    assertThat(bodyOf(BYTES.cutAt(10, Cut.FIN))).isEqualTo("a\r\n0123456789\r\n");
    assertThat(bodyOf(BYTES.cutAt(99, Cut.FIN))).isEqualTo("a\r\n0123456789\r\n");
  }

  @Test
  void endsAfterAnEvent() throws IOException {
    assertThat(bodyOf(EVENTS.cutAfterEvent(0, Cut.FIN))).isEmpty();
    assertThat(unchunked(bodyOf(EVENTS.cutAfterEvent(2, Cut.FIN))))
        .isEqualTo(event("a") + event("b"));
  }

  @Test
  void endsWithAChunkThatIsNone() throws IOException {
    assertThat(bodyOf(BYTES.cutAt(4, Cut.BAD_CHUNK))).isEqualTo("4\r\n0123\r\nno length\r\n");
    Reply whole = Reply.status(200, "application/json", "{}").cutAt(1, Cut.BAD_CHUNK);
    assertThat(bodyOf(whole)).isEqualTo("1\r\n{\r\nno length\r\n");
  }

  @Test
  void endsABodyBeforeItsLength() throws IOException {
    assertThat(bodyOf(Reply.status(200, "application/json", "{\"a\":1}").cutAt(3, Cut.FIN)))
        .isEqualTo("{\"a");
  }

  @Test
  void resetsTheConnection() throws IOException {
    try (var server = MessagesServer.start(r -> BYTES.cutAt(4, Cut.RST));
        var wire = new Wire(server)) {
      wire.ask(Wire.ASK);
      assertThatThrownBy(wire::readAll)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void stallsUntilTheClientLeaves() throws Exception {
    assertThat(readBeforeSilence(EVENTS.stallAfterEvent(0), "\r\n\r\n")).startsWith("HTTP/1.1 200");
    assertThat(readBeforeSilence(EVENTS.stallAfterEvent(1), event("a") + "\r\n"))
        .doesNotContain(event("b"));
    assertThat(readBeforeSilence(EVENTS.stallAt(3), "3\r\neve\r\n")).isNotEmpty();
    assertThat(readBeforeSilence(EVENTS.stallBeforeHeaders(), "")).isEmpty();
    assertThat(readBeforeSilence(EVENTS.holdOpenAfterEnd(), event("c") + "\r\n"))
        .contains(event("a"), event("b"));
  }

  /** Reads up to what is expected last; then nothing may come, and the server waits. */
  private static String readBeforeSilence(Reply reply, String last) throws Exception {
    try (var server = MessagesServer.start(request -> reply)) {
      String read;
      try (var wire = new Wire(server)) {
        read = wire.ask(Wire.ASK).readUntil(last);
        server.awaitRequests(1, SOON);
        wire.timeout(50);
        assertThatThrownBy(() -> wire.in().read()).isInstanceOf(SocketTimeoutException.class);
        assertThat(server.openConnections()).isEqualTo(1);
      }
      server.awaitNoConnections(SOON);
      return read;
    }
  }

  @Test
  void pingsForEverWhereItStalls() throws Exception {
    try (var server =
        MessagesServer.start(r -> EVENTS.stallAfterEvent(2).pingsForEver(Duration.ofMillis(1)))) {
      try (var wire = new Wire(server)) {
        wire.ask(Wire.ASK).readUntil(event("b"));
        for (int i = 0; i < 5; i++) {
          assertThat(wire.readUntil(event("ping"))).doesNotContain(event("c"));
        }
      }
      server.awaitNoConnections(SOON);
    }
  }

  @Test
  void putsAnErrorEventInPlaceOfTheRest() throws IOException {
    Reply failing = EVENTS.errorEventAfter(1, "overloaded_error", "Overloaded");
    try (var server = MessagesServer.start(r -> failing);
        var wire = new Wire(server)) {
      String all = wire.ask(Wire.ASK).readUntil("0\r\n\r\n");
      assertThat(all)
          .contains(event("a"), "event: error\n", "\"type\":\"overloaded_error\"")
          .doesNotContain(event("b"));
    }
  }

  @Test
  void putsAnErrorEventAtTheEndOfAStreamThatIsShorter() throws IOException {
    assertThat(chunks(EVENTS.errorEventAfter(9, "api_error", "no"))).hasSize(4);
    Reply noStream = Reply.status(200, "application/json", "{}");
    assertThat(bodyOf(noStream.errorEventAfter(0, "api_error", "no").cutAt(9, Cut.FIN)))
        .isEqualTo("{}");
  }

  @Test
  void sendsPiecesOfTheSizesAskedFor() throws IOException {
    assertThat(chunks(BYTES.split(1, 2, 3))).containsExactly("0", "12", "345", "678", "9");
    assertThat(chunks(BYTES.drip(4, Duration.ofMillis(1)))).containsExactly("0123", "4567", "89");
    assertThat(chunks(BYTES.split(99))).containsExactly("0123456789");
    assertThat(chunks(EVENTS.split(30)).getFirst()).hasSize(30);
    assertThat(String.join("", chunks(EVENTS.split(7))))
        .isEqualTo(event("a") + event("b") + event("c"));
  }

  @Test
  void sendsPiecesByChanceThatASeedRepeats() throws IOException {
    List<String> pieces = chunks(BYTES.splitRandomly(42, 4));
    assertThat(pieces).isEqualTo(chunks(BYTES.splitRandomly(42, 4)));
    assertThat(String.join("", pieces)).isEqualTo("0123456789");
    assertThat(pieces).allMatch(piece -> piece.length() <= 4);
  }

  @Test
  void sendsEachEventInAChunkOfItsOwn() throws IOException {
    assertThat(chunks(EVENTS)).containsExactly(event("a"), event("b"), event("c"));
    assertThat(chunks(EVENTS.pace(Duration.ofMillis(1)))).hasSize(3);
  }

  @Test
  void sendsAnEndlessBodyUntilItIsCut() throws IOException {
    Iterable<byte[]> endless = () -> Stream.generate(() -> "xx".getBytes(UTF_8)).iterator();
    Reply reply = Reply.bytes(RawReply.EVENT_STREAM, endless).split(50_000);
    assertThat(unchunked(bodyOf(reply.cutAt(200_001, Cut.FIN)))).isEqualTo("x".repeat(200_001));
  }

  @Test
  void sendsARecordedStreamAsItIs(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("stream.sse");
    String stream = ": comment\r\n\r\nevent: a\r\ndata: {}\r\n\r\n" + event("b") + "event: cut";
    Files.writeString(file, stream);
    assertThat(chunks(Reply.recorded(file))).hasSize(4);
    assertThat(String.join("", chunks(Reply.recorded(file)))).isEqualTo(stream);
  }

  @Test
  void sendsTheStatusAndHeadersAskedFor() throws Exception {
    Reply limited =
        Reply.error(429, "rate_limit_error", "slow down")
            .header("Retry-After", "3")
            .header("request-id", "req_mine")
            .contentType("text/html");
    try (var server = MessagesServer.start(r -> limited)) {
      var response = Asking.post(server, Wire.ASK);
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(response.headers().allValues("retry-after")).containsExactly("3");
      assertThat(response.headers().allValues("request-id")).containsExactly("req_mine");
      assertThat(response.headers().allValues("content-type")).containsExactly("text/html");
      assertThat(response.body()).contains("\"message\":\"slow down\"", "req_mine");
    }
    try (var server = MessagesServer.start(r -> Reply.says("a").withStatus(503))) {
      assertThat(Asking.post(server, Wire.ASK).statusCode()).isEqualTo(503);
    }
  }

  @Test
  void refusesFaultsThatCannotBe() {
    assertThatThrownBy(() -> BYTES.cutAt(-1, Cut.FIN)).hasMessageContaining("got -1");
    assertThatThrownBy(() -> BYTES.split(3, 0)).hasMessageContaining("[3, 0]");
    assertThatThrownBy(() -> BYTES.header("a", "b\r\nc: d")).hasMessageContaining("control");
  }

  /** Returns the chunks of the body, which must end as a body should. */
  private static List<String> chunks(Reply reply) throws IOException {
    try (var server = MessagesServer.start(request -> reply);
        var wire = new Wire(server)) {
      String all = wire.ask(Wire.ASK).readUntil("0\r\n\r\n");
      return split(all.substring(all.indexOf("\r\n\r\n") + 4, all.length() - 5));
    }
  }

  private static String unchunked(String body) {
    return String.join("", split(body));
  }

  private static List<String> split(String body) {
    var chunks = new ArrayList<String>();
    String rest = new String(body.getBytes(UTF_8), ISO_8859_1);
    while (!rest.isEmpty()) {
      int lineEnd = rest.indexOf("\r\n");
      int size = Integer.parseInt(rest.substring(0, lineEnd), 16);
      chunks.add(
          new String(rest.substring(lineEnd + 2, lineEnd + 2 + size).getBytes(ISO_8859_1), UTF_8));
      rest = rest.substring(lineEnd + 2 + size + 2);
    }
    return chunks;
  }
}
