package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.agent.stream.SseEvents.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
  private static final String BOM = "\uFEFF";

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  @Tag("A02")
  void endsLinesAtLfCrAndCrLfWhereverTheyAreCut(String lineEnd) throws IOException {
    String body = "event: ping\ndata: one\n\n: comment\ndata: two\ndata: lines\n\n";
    assertEvents(body.replace("\n", lineEnd), event("ping", "one"), event("message", "two\nlines"));
  }

  @Test
  @Tag("A02")
  void mixesLineEnds() throws IOException {
    assertEvents("data:a\r\ndata:b\n\r\n\rdata:c\r\r\n", message("a\nb"), message("c"));
  }

  @Test
  @Tag("A02")
  void swallowsOnlyTheOneLfThatBelongsToACr() throws IOException {
    assertEvents("data:a\r\n\ndata:b\r\r", message("a"), message("b"));
  }

  @Test
  @Tag("A01")
  void stripsOneByteOrderMarkAtTheStartOnly() throws IOException {
    assertEvents(BOM + "data:1\n\n" + BOM + "data:2\n\ndata:3\n\n", message("1"), message("3"));
    assertEvents(BOM + BOM + "data:1\n\ndata:2\n\n", message("2"));
  }

  @Test
  void removesOneSpaceAfterTheColonAndNoMore() throws IOException {
    assertEvents("data:a\n\ndata: a\n\ndata:  a\n\n", message("a"), message("a"), message(" a"));
    assertEvents("data:\ta\n\n", message("\ta"));
  }

  @Test
  @Tag("A09")
  void readsAFieldWithoutColonAsEmpty() throws IOException {
    assertEvents("data\n\ndata\ndata\n\ndata:x\n\n", message(""), message("\n"), message("x"));
  }

  @Test
  void deliversNothingForAnEventWithoutData() throws IOException {
    assertEvents("event: ping\n\ndata: x\n\n\n\n", message("x"));
  }

  @Test
  @Tag("A08")
  void ignoresFieldsItDoesNotKnow() throws IOException {
    assertEvents(
        "retry: 1000\ndata: x\nfoo: y\nDATA: z\ndata : z\n datax: z\ndat: z\n\n", message("x"));
  }

  @Test
  void keepsTheLastEventNameAndTreatsAnEmptyOneAsNone() throws IOException {
    assertEvents("event: a\nevent: b\ndata: x\n\n", event("b", "x"));
    assertEvents("event: a\nevent:\ndata: x\n\n", message("x"));
    assertEvents("event: größe\ndata: x\n\n", event("größe", "x"));
  }

  @Test
  void remembersTheLastIdAndIgnoresOneWithNul() throws IOException {
    assertEvents(
        "id: 7\ndata: a\n\ndata: b\n\nid: 8\0\ndata: c\n\nid\ndata: d\n\n",
        new Event("message", "a", "7"),
        new Event("message", "b", "7"),
        new Event("message", "c", "7"),
        message("d"));
  }

  @Test
  @Tag("A03")
  void joinsCharactersThatAreCutInTheMiddle() throws IOException {
    assertEvents("data: grüezi 🙂 日本\n\n", message("grüezi 🙂 日本"));
  }

  @Test
  void replacesBytesThatAreNoUtf8() throws IOException {
    assertThat(SseEvents.of(new ByteArrayInputStream("data: a\u00ffb\n\n".getBytes(ISO_8859_1))))
        .containsExactly(message("a\uFFFDb"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: x\n", "data: x", "event: ping\n", "da"})
  @Tag("A05")
  void dropsAnEventThatTheEndOfTheStreamCutsOffAndSaysSo(String tail) throws IOException {
    SseParser parser = new SseParser(stream("data: whole\n\n" + tail));
    assertThat(parser.next()).isTrue();
    assertThat(parser.droppedHalfEvent()).isFalse();
    assertThat(parser.next()).isFalse();
    assertThat(parser.droppedHalfEvent()).isTrue();
    assertThat(parser.next()).isFalse();
  }

  @Test
  void doesNotApplyTheIdOfAnEventCutOff() throws IOException {
    SseParser parser = new SseParser(stream("id: 1\ndata: a\n\nid: 2\ndata: b\n"));
    assertThat(parser.next()).isTrue();
    assertThat(parser.next()).isFalse();
    assertThat(parser.lastEventId()).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ": comm", ": comment\n", "id: 1\n", "\n"})
  void dropsNothingAtAQuietEnd(String tail) throws IOException {
    SseParser parser = new SseParser(stream("data: whole\n\n" + tail));
    assertThat(parser.next()).isTrue();
    assertThat(parser.next()).isFalse();
    assertThat(parser.droppedHalfEvent()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  @Tag("A02")
  void readsNoFurtherThanTheEventItDelivers(String lineEnd) throws IOException {
    byte[] bytes = "data: one\n\ndata: two\n\n".replace("\n", lineEnd).getBytes(UTF_8);
    int first = "data: one\n\n".replace("\n", lineEnd).length();
    Chunks chunks = Chunks.of(bytes, 1);
    SseParser parser = new SseParser(chunks);
    assertThat(parser.next()).isTrue();
    assertThat(chunks.delivered()).isEqualTo(lineEnd.equals("\r\n") ? first - 1 : first);
    assertThat(parser.bytesRead()).isEqualTo(chunks.delivered());
  }

  @Test
  void deliversAllEventsOfOneReadWithoutReadingAgain() throws IOException {
    byte[] bytes = "data: one\n\ndata: two\n\n".getBytes(UTF_8);
    InputStream once =
        new InputStream() {
          private boolean read;

          @Override
          public int read() {
            throw new AssertionError("reads single bytes");
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            assertThat(read).as("has been read before").isFalse();
            read = true;
            System.arraycopy(bytes, 0, target, offset, bytes.length);
            return bytes.length;
          }
        };
    SseParser parser = new SseParser(once);
    assertThat(parser.next()).isTrue();
    assertThat(parser.data()).isEqualTo("one");
    assertThat(parser.next()).isTrue();
    assertThat(parser.data()).isEqualTo("two");
  }

  @Test
  void handsOutTheDataInPlace() throws IOException {
    SseParser parser = new SseParser(stream("data: {\"a\":1}\n\n"));
    assertThat(parser.next()).isTrue();
    assertThat(parser.dataStart()).isEqualTo("data: ".length());
    assertThat(
            new String(
                parser.buffer(), parser.dataStart(), parser.dataEnd() - parser.dataStart(), UTF_8))
        .isEqualTo("{\"a\":1}");
  }

  @Test
  @Tag("A10")
  void namesTheCapThatALineExceeds() throws IOException {
    assertThat(countWithCaps("data:" + "x".repeat(95) + "\n\n", 100, 100)).isOne();
    assertThat(countWithCaps(BOM + "data:" + "x".repeat(95) + "\n\n", 100, 100)).isOne();
    for (String tail : List.of("\n\n", "")) {
      assertThatExceptionOfType(StreamLimitException.class)
          .isThrownBy(() -> countWithCaps("data:" + "x".repeat(199) + tail, 100, 1000))
          .withMessageContaining("100 bytes")
          .withMessageContaining("maxLine")
          .satisfies(e -> assertThat(e.setting()).isEqualTo("maxLine"))
          .satisfies(e -> assertThat(e.cap()).isEqualTo(100));
    }
    assertThatExceptionOfType(StreamLimitException.class)
        .isThrownBy(() -> countWithCaps("data:" + "x".repeat(96) + "\n\n", 100, 1000));
  }

  @Test
  @Tag("A10")
  void namesTheCapThatAnEventExceeds() throws IOException {
    String lines = ("data:" + "x".repeat(9) + "\n").repeat(10);
    assertThat(countWithCaps(lines + "\n", 100, 99)).isOne();
    assertThatExceptionOfType(StreamLimitException.class)
        .isThrownBy(() -> countWithCaps(lines + "\n", 100, 98))
        .satisfies(e -> assertThat(e.setting()).isEqualTo("maxEvent"));
  }

  @Test
  @Tag("A10")
  void givesUpAnEndlessLineNearItsCap() {
    long[] served = new long[1];
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            Arrays.fill(target, offset, offset + length, (byte) 'x');
            served[0] += length;
            return length;
          }
        };
    assertThatExceptionOfType(StreamLimitException.class)
        .isThrownBy(() -> new SseParser(endless).next());
    assertThat(served[0]).isLessThanOrEqualTo(SseParser.DEFAULT_CAP + 4L);
  }

  @Test
  void refusesCapsThatAreNotPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SseParser(InputStream.nullInputStream(), 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SseParser(InputStream.nullInputStream(), 1, -1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 65536})
  @Tag("A11")
  void readsLinesOfFiveMebibytesInAnyChunks(int chunk) throws IOException {
    String large = "x".repeat(5 * 1024 * 1024);
    byte[] bytes = ("data: " + large + "\ndata: " + large + "\n\ndata: y\n\n").getBytes(UTF_8);
    SseParser parser = new SseParser(Chunks.of(bytes, chunk));
    assertThat(parser.next()).isTrue();
    assertThat(parser.dataEnd() - parser.dataStart()).isEqualTo(2 * large.length() + 1);
    assertThat(parser.data().equals(large + "\n" + large)).isTrue();
    assertThat(parser.next()).isTrue();
    assertThat(parser.data()).isEqualTo("y");
    assertThat(parser.bytesRead()).isEqualTo(bytes.length);
  }

  @Test
  void findsEachLineEndAtEachOffset() {
    for (int length = 0; length < 40; length++) {
      for (int at = 0; at <= length; at++) {
        // Neighbours of LF and CR in value, and bytes with the high bit set, must not be taken.
        byte[] bytes = new byte[length + 1];
        Random random = new Random(length * 100L + at);
        byte[] others = {9, 11, 12, 14, 0, (byte) 0x8A, (byte) 0x8D, (byte) 0xFF, 'x'};
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = others[random.nextInt(others.length)];
        }
        bytes[at] = (byte) (random.nextBoolean() ? '\n' : '\r');
        for (int from = 0; from <= at; from++) {
          assertThat(LineReader.lineEnd(bytes, from, length)).isEqualTo(at);
        }
      }
    }
  }

  private static void assertEvents(String body, Event... expected) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    for (int size : new int[] {bytes.length, 1, 2, 3}) {
      assertThat(SseEvents.of(Chunks.of(bytes, size)))
          .as("in chunks of %d bytes", size)
          .containsExactly(expected);
    }
    for (int cut = 0; cut < bytes.length; cut++) {
      assertThat(SseEvents.of(Chunks.cutAt(bytes, cut)))
          .as("cut at %d", cut)
          .containsExactly(expected);
    }
  }

  private static int countWithCaps(String body, int maxLine, int maxEvent) throws IOException {
    SseParser parser = new SseParser(stream(body), maxLine, maxEvent);
    int count = 0;
    while (parser.next()) {
      count++;
    }
    return count;
  }

  private static Event message(String data) {
    return event("message", data);
  }

  private static Event event(String name, String data) {
    return new Event(name, data, "");
  }

  private static InputStream stream(String body) {
    return new ByteArrayInputStream(body.getBytes(UTF_8));
  }
}
