package dev.millrace.agent.corpora;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.stream.StreamEvents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams of the API cut at each byte: a message is whole with the blank line of its {@code
 * message_stop} and not a byte earlier, and what is not whole is no failure of its own.
 */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class CutAtEachByteTest {
  /** Longer streams are cut at every {@link #STRIDE}th byte only, and around each line's end. */
  private static final int LONG = 5_000;

  private static final int STRIDE = 13;

  static List<Path> streams() {
    return Corpus.streams();
  }

  @ParameterizedTest
  @MethodSource("streams")
  @Tag("E01")
  void isWholeWithTheBlankLineOfMessageStopAndNotBefore(Path file) throws IOException {
    byte[] bytes = Corpus.bytes(file);
    int end = endOfMessageStop(bytes);
    int cuts = 0;
    for (int cut = 0; cut <= bytes.length; cut++) {
      if (bytes.length < LONG || cut % STRIDE == 0 || isNearLineEnd(bytes, cut)) {
        var message = read(bytes, cut);
        assertThat(message.isComplete()).as("cut at %s of %s", cut, end).isEqualTo(cut >= end);
        cuts++;
      }
    }
    assertThat(cuts).isGreaterThan(bytes.length / STRIDE);
  }

  /** In one pass, so for every byte of the long streams too. */
  @ParameterizedTest
  @MethodSource("streams")
  @Tag("E01")
  void needsEveryByteUpToTheBlankLineOfMessageStop(Path file) throws IOException {
    byte[] bytes = Corpus.bytes(file);
    var given = new AtomicInteger();
    var oneByteAtATime =
        new InputStream() {
          @Override
          public int read() {
            return given.get() < bytes.length ? bytes[given.getAndIncrement()] & 0xff : -1;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            int next = read();
            buffer[offset] = (byte) next;
            return next < 0 ? -1 : 1;
          }
        };
    int end = endOfMessageStop(bytes);
    assertThat(read(oneByteAtATime).isComplete()).isEqualTo(end <= bytes.length);
    assertThat(given.get()).isEqualTo(Math.min(end, bytes.length));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void hasNoResponseBeforeItIsWhole(Path file) throws IOException {
    byte[] bytes = Corpus.bytes(file);
    int end = endOfMessageStop(bytes);
    assertThatThrownBy(() -> read(bytes, end - 1).response())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("message_stop");
    if (end <= bytes.length) {
      assertThat(read(bytes, end).response()).isEqualTo(read(bytes, bytes.length).response());
    }
  }

  /** What the client does with bytes, without a client: it stops reading at message_stop. */
  private static MessageAccumulator read(byte[] bytes, int length) throws IOException {
    return read(new ByteArrayInputStream(bytes, 0, length));
  }

  private static MessageAccumulator read(InputStream bytes) throws IOException {
    var parser = new SseParser(bytes);
    var events = new StreamEvents();
    var message = new MessageAccumulator();
    while (parser.next()) {
      StreamEvent event = events.read(parser);
      assertThat(message.isComplete()).isFalse();
      message.add(event);
      if (event instanceof StreamEvent.MessageStop) {
        break;
      }
    }
    return message;
  }

  /** Where the blank line ends; beyond the end of a file that was saved without it. */
  private static int endOfMessageStop(byte[] bytes) {
    String latin = new String(bytes, ISO_8859_1);
    int start = latin.lastIndexOf("event: message_stop");
    assertThat(start).as("message_stop in %s", new String(bytes, UTF_8)).isNotNegative();
    int blank = latin.indexOf("\n\n", start);
    return blank < 0 ? bytes.length + 1 : blank + 2;
  }

  private static boolean isNearLineEnd(byte[] bytes, int cut) {
    for (int i = Math.max(0, cut - 2); i < Math.min(bytes.length, cut + 2); i++) {
      if (bytes[i] == '\n') {
        return true;
      }
    }
    return false;
  }
}
