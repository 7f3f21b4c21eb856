package dev.millrace.agent.failures;

import static dev.millrace.agent.failures.Events.calls;
import static dev.millrace.agent.failures.Events.says;
import static dev.millrace.agent.failures.Events.stream;
import static dev.millrace.agent.failures.Events.unnamed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may go wrong between the bytes of a stream and its events. */
class FramingFailuresTest {
  private static final List<String> SAID = says("Grüezi 🙂");

  /** The message of a run that is answered with this. */
  private static void assertSays(String text, Reply reply) {
    try (var world = World.scripted(reply)) {
      assertThat(world.run(world.runner(), "Say it.").text()).isEqualTo(text);
      assertThat(world.events(AgentEvent.MessageCompleted.class))
          .singleElement()
          .extracting(completed -> completed.message().id())
          .isEqualTo("msg_1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "event: message_start\n"})
  @Tag("A01")
  void aByteOrderMarkDoesNotCostTheFirstEvent(String name) {
    assertSays("Grüezi 🙂", stream("\uFEFF" + name + unnamed(SAID)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  @Tag("A02")
  void anyLineEndWillDoAlsoWhenTheStreamComesByteByByte(String lineEnd) {
    var reply = stream(unnamed(SAID).replace("\n", lineEnd));
    assertSays("Grüezi 🙂", reply);
    assertSays("Grüezi 🙂", reply.split(1));
  }

  /** A lone CR ends a line at once; the LF that might follow is not waited for. */
  @Test
  @Tag("A02")
  void aMessageThatEndsInALoneCarriageReturnIsWhole() {
    assertSays("Grüezi 🙂", stream(unnamed(SAID).replace('\n', '\r')).holdOpenAfterEnd());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  @Tag("A03")
  void aCharacterMayBeCutBetweenTwoReads(int size) {
    assertSays("Grüezi 🙂", stream(unnamed(SAID)).split(size));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f0\u009f", "\u0080"})
  @Tag("A04")
  void bytesThatAreNoUtf8AreReplacedInTextAndRefusedInACall(String bytes) {
    var text = unnamed(says("a?b")).replace("?", bytes).getBytes(ISO_8859_1);
    assertSays("a" + new String(bytes.getBytes(ISO_8859_1), UTF_8) + "b", stream(text));
    var call = unnamed(calls("{\"path\":\"a?b\"}")).replace("?", bytes).getBytes(ISO_8859_1);
    try (var world = World.scripted(stream(call), Reply.says("Sorry."))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(world.ran()).isEmpty();
      assertThat(World.lastResults(result.transcript()))
          .singleElement()
          .satisfies(answer -> assertThat(answer.isError()).isTrue())
          .satisfies(answer -> assertThat(answer.text()).startsWith("Not run"));
      world.server().verify();
    }
  }

  /** However often it is asked for again: the answer breaks off each time. */
  @Test
  @Tag("A05")
  void aLastEventWithoutItsBlankLineIsNoneAndNotAskedForEndlessly() {
    var whole = unnamed(SAID).getBytes(UTF_8);
    int last = whole.length - "data: ".length() - Events.STOP.length() - 2;
    var policy = RetryPolicy.DEFAULT.withWaits(Duration.ZERO, Duration.ZERO);
    var reply = new AtomicReference<Reply>();
    try (var server = MessagesServer.start(request -> reply.get());
        var client =
            HttpMessagesClient.builder()
                .apiKey(World.KEY)
                .baseUri(server.baseUri())
                .retryPolicy(policy)
                .build()) {
      var runner = AgentRunner.builder(client, "m").build();
      for (int end = last; end < whole.length; end++) {
        reply.set(stream(Arrays.copyOf(whole, end)));
        int before = server.requestCount();
        var failure = failure(runner);
        assertThat(failure).hasCauseInstanceOf(StreamException.class);
        assertThat(failure.transcript()).isEqualTo(Transcript.of("Say it."));
        assertThat(server.requestCount() - before)
            .isLessThanOrEqualTo(1 + RetryPolicy.DEFAULT.maxRetries());
      }
      reply.set(stream(whole));
      assertThat(runner.run("Say it.", RunListener.NONE).text()).isEqualTo("Grüezi 🙂");
    }
  }

  private static RunFailedException failure(AgentRunner runner) {
    try {
      var result = runner.run("Say it.", RunListener.NONE);
      throw new AssertionError("the run should have failed, but ended " + result.outcome());
    } catch (RunFailedException e) {
      return e;
    }
  }

  @Test
  @Tag("A06")
  void eventsNeedNoNameOfTheirOwn() {
    try (var world =
        World.scripted(
            stream(unnamed(calls("{\"path\":\"a\"}"))), stream(unnamed(says("Done."))))) {
      var result = world.run(world.runner(), "Write it.");
      assertThat(result.text()).isEqualTo("Done.");
      assertThat(world.ran()).containsExactly("toolu_1 {\"path\":\"a\"}");
    }
  }

  @Test
  @Tag("A07")
  void aNameThatContradictsItsDataFailsTheRunAndRunsNothing() {
    var events = unnamed(calls("{\"path\":\"a\"}"));
    var last = events.lastIndexOf("data:");
    var torn = events.substring(0, last) + "event: content_block_stop\n" + events.substring(last);
    try (var world = World.scripted(stream(torn))) {
      var failure = world.failure(world.runner(), "Write it.");
      assertThat(failure)
          .hasCauseInstanceOf(StreamException.class)
          .hasMessageContaining("\"content_block_stop\"")
          .hasMessageContaining("\"message_stop\"");
      assertThat(world.ran()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ": comment\n",
        ":\n\n",
        "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        "data: {\"type\":\"ping\"}\n\n",
        "retry: 10\n\n",
        "id: 7\n\n",
        "id: 8\nretry: 3\nfield: x\nnone\n"
      })
  @Tag("A08")
  void whatIsNoneOfItsEventsChangesNoMessage(String noise) {
    assertSays("Grüezi 🙂", stream(noise + unnamed(SAID).replace("data: ", noise + "data: ")));
  }

  @Test
  @Tag("A09")
  void theDataOfAnEventMayStandOnSeveralLines() {
    var lines = unnamed(says("one\ntwo")).replace(",\"", ",\ndata: \"");
    assertThat(lines).contains("\\n").contains(",\ndata: \"");
    assertSays("one\ntwo", stream(lines));
  }

  /**
   * The server waits with each piece until the one before was told, so nothing may be held back.
   */
  @Test
  @Tag("A15")
  void aZippedStreamIsReadAsItComes() {
    var told = new Semaphore(1);
    var pieces = zipped("one ", "two ", "three");
    Iterable<byte[]> asTold =
        () -> pieces.stream().peek(piece -> told.acquireUninterruptibly()).iterator();
    var reply =
        Reply.bytes("text/event-stream", asTold)
            .header("content-encoding", "gzip")
            .pace(Duration.ofNanos(1)); // flushes each piece
    try (var world = World.scripted(reply)) {
      var result =
          world
              .runner()
              .build()
              .run(
                  "Count.",
                  event -> {
                    if (event instanceof AgentEvent.TextDelta) {
                      told.release();
                    }
                  });
      assertThat(result.text()).isEqualTo("one two three");
    } finally {
      told.release(pieces.size());
    }
  }

  /** The bytes of a zipped stream, flushed after each piece of its text. */
  private static List<byte[]> zipped(String... texts) {
    var pieces = new ArrayList<byte[]>();
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes, true)) {
      zip.write(unnamed(SAID.subList(0, 2)).getBytes(UTF_8));
      for (var text : texts) {
        zip.write(unnamed(List.of(Events.text(0, text))).getBytes(UTF_8));
        zip.flush();
        pieces.add(bytes.toByteArray());
        bytes.reset();
      }
      zip.write(unnamed(SAID.subList(3, SAID.size())).getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pieces.add(bytes.toByteArray());
    return pieces;
  }
}
