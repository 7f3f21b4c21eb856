package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.stream.StreamEvent.MessageStop;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BrokenStreamTest {
  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  void isNeverACompleteMessageWhereverItIsCut(Cut cut) {
    var whole = Reply.thinks("Let me", " see").says("I look", " it up").calls("look", "{\"a\":1}");
    var reply = new AtomicReference<Reply>(whole);
    try (var server = MessagesServer.start(request -> reply.get());
        var client = Fixture.withoutRetries(server).build()) {
      int events = Fixture.stream(client).events.size();
      for (int at = 0; at < events; at++) {
        reply.set(whole.cutAfterEvent(at, cut));
        assertBroken(client, at);
      }
      Fixture.awaitNoneInUse(client);
    }
  }

  private static void assertBroken(HttpMessagesClient client, int events) {
    var noted = new Fixture.Noted();
    var failure =
        catchThrowableOfType(
            IncompleteStreamException.class,
            () -> client.stream(Fixture.request(), CancelSignal.NEVER, noted));
    assertThat(failure).isNotNull();
    // A reset may overtake bytes that were sent before it.
    assertThat(failure.events()).isLessThanOrEqualTo(events).isEqualTo(noted.events.size());
    assertThat(failure.lastEvent())
        .isEqualTo(noted.events.isEmpty() ? "" : noted.events.getLast().type());
    assertThat(failure.requestId()).startsWith("req_");
    assertThat(noted.events).doesNotHaveAnyElementsOfTypes(MessageStop.class);
  }

  @Test
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  @Tag("E01")
  void recordedStreamsAreNeverCompleteWhereverTheyAreCut() throws Exception {
    var folder = Path.of(System.getProperty("corpora"), "messages-api");
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(f -> f.toString().endsWith(".sse")).sorted().toList()) {
        cutAtEveryEvent(file);
      }
    }
  }

  private static void cutAtEveryEvent(Path file) throws IOException {
    var cuts = List.of(Cut.values());
    var frames = Files.readString(file).split("(?<=\n\n)", -1);
    var reply = new AtomicReference<>(Reply.recorded(file));
    try (var server = MessagesServer.start(request -> reply.get());
        var client = Fixture.withoutRetries(server).build()) {
      var whole = catchThrowable(() -> Fixture.stream(client));
      for (int at = 0; whole == null && at < frames.length - 1; at++) {
        var text = String.join("", Arrays.copyOf(frames, at));
        if (!text.contains("message_stop")) {
          var cut = cuts.get(at % cuts.size());
          reply.set(Reply.recorded(file).cutAfterEvent(at, cut));
          assertThat(catchThrowable(() -> Fixture.stream(client)))
              .as("%s cut by %s after event %d", file.getFileName(), cut, at)
              .isInstanceOf(IncompleteStreamException.class);
        }
      }
    }
  }

  @Test
  @Tag("A16")
  void aCutInsideAChunkOrALengthIsABrokenStream() {
    var head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    var event = RawServer.message("a").split("(?<=\n\n)", 2)[0];
    for (var rest :
        List.of(
            "transfer-encoding: chunked\r\n\r\n" + RawServer.chunk(event) + "40\r\ndata: {",
            "transfer-encoding: chunked\r\n\r\n" + RawServer.chunk(event) + "zz\r\n",
            "transfer-encoding: chunked\r\n\r\n" + RawServer.chunk(event) + "0\r\n\r\n",
            "content-length: 4000\r\n\r\n" + event,
            "\r\n" + event)) {
      try (var server = RawServer.answering(head + rest);
          var client = Fixture.client(server.baseUri()).build()) {
        assertThat(catchThrowable(() -> Fixture.stream(client)))
            .isInstanceOf(IncompleteStreamException.class)
            .hasMessageContaining("after 1 event, message_start");
        assertThat(server.connections()).isOne();
      }
    }
  }

  @Test
  @Tag("A17")
  void doesNotWaitForTheEndOfTheConnectionAfterMessageStop() {
    try (var server = MessagesServer.start(request -> Reply.says("Hi").holdOpenAfterEnd());
        var client = Fixture.client(server).build()) {
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(server.requests()).extracting(r -> r.connection()).containsExactly(1, 2);
      Fixture.awaitNoneInUse(client);
    }
  }

  @Test
  @Tag("A17")
  void dropsAConnectionThatTalksOnAfterMessageStop() {
    try (var server =
            MessagesServer.start(request ->
                Reply.bytes(
                    "text/event-stream",
                    (RawServer.message("Hi") + ": noise\n".repeat(10_000))
                        .getBytes(StandardCharsets.UTF_8)));
        var client = Fixture.client(server).build()) {
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(server.requests()).extracting(r -> r.connection()).containsExactly(1, 2);
    }
  }

  @Test
  @Tag("A15")
  void unzipsAnAnswerThatWasZippedUnasked() {
    byte[] zipped = gzip(RawServer.message("Hi"));
    try (var server =
            MessagesServer.start(
                r -> Reply.bytes("text/event-stream", zipped).header("content-encoding", "gzip"));
        var client = Fixture.client(server).build()) {
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
      assertThat(server.requests()).extracting(r -> r.connection()).containsOnly(1);
      assertThat(server.requests().getFirst().header("accept-encoding")).hasValue("identity");
    }
  }

  @Test
  @Tag("A15")
  void aZippedAnswerThatIsCutIsNeverComplete() {
    byte[] zipped = gzip(RawServer.message("Hi"));
    var reply = new AtomicReference<Reply>();
    try (var server = MessagesServer.start(request -> reply.get());
        var client = Fixture.withoutRetries(server).build()) {
      // The last eight bytes are a checksum and a length, behind the message.
      for (int at = 0; at < zipped.length - 8 - 4; at++) {
        reply.set(
            Reply.bytes("text/event-stream", Arrays.copyOf(zipped, at))
                .header("content-encoding", "gzip"));
        assertThat(catchThrowable(() -> Fixture.stream(client)))
            .as("cut at %d of %d", at, zipped.length)
            .isInstanceOf(StreamException.class);
      }
    }
  }

  private static byte[] gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void refusesAnEncodingThatItDidNotAskFor() {
    try (var server =
            MessagesServer.start(request -> Reply.says("Hi").header("content-encoding", "br"));
        var client = Fixture.client(server).build()) {
      assertThat(catchThrowable(() -> Fixture.stream(client)))
          .isInstanceOf(UnexpectedResponseException.class)
          .hasMessageContaining("\"br\"");
    }
  }

  @Test
  void throwsWhatTheListenerThrowsAsItIs() {
    var thrown = new IllegalStateException("the screen is gone");
    try (var server = MessagesServer.start(request -> Reply.says("a", "b").holdOpenAfterEnd());
        var client = Fixture.client(server).build()) {
      for (var failure : List.of(thrown, new OverloadedException("mine", details(), null))) {
        assertThat(
                catchThrowable(() ->
                    client.stream(
                        Fixture.request(),
                        CancelSignal.NEVER,
                        event -> {
                          throw failure;
                        })))
            .isSameAs(failure)
            .hasNoSuppressedExceptions();
      }
      assertThat(server.requestCount()).isEqualTo(2);
      Fixture.awaitNoneInUse(client);
    }
  }

  private static ApiException.Details details() {
    return new ApiException.Details(529, "", "", "", true, null);
  }
}
