package dev.millrace.agent.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Random;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.StreamClosedException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content in chunks is read as the HTTP library reads it, whatever the cuts. */
class ChunkedAnswerTest {
  private static final int MESSAGES = 3_000;

  @Test
  void givesWhatTheLibraryGivesHoweverItIsCut() throws IOException {
    for (int seed = 0; seed < MESSAGES; seed++) {
      var random = new Random(seed);
      var content = content(random);
      var coded = coded(random, content);
      assertThat(readAll(ours(cut(coded, random)), random)).as("seed %d", seed).isEqualTo(content);
      assertThat(readAll(library(cut(coded, random)), random)).isEqualTo(content);
    }
  }

  @Test
  void readsNothingElseThanTheLibraryFromWhatIsDamaged() throws IOException {
    int agreed = 0;
    for (int seed = 0; seed < MESSAGES; seed++) {
      var random = new Random(seed);
      var coded = coded(random, content(random));
      coded[random.nextInt(coded.length)] =
          (byte) "\r\n;0aF x\u0000\u00ff".charAt(random.nextInt(10));
      var ours = new ByteArrayOutputStream();
      boolean isWhole = reads(ours(cut(coded, random)), ours);
      var library = new ByteArrayOutputStream();
      if (reads(library(new ByteArrayInputStream(coded)), library) && isWhole) {
        assertThat(ours.toByteArray()).as("seed %d", seed).isEqualTo(library.toByteArray());
        agreed++;
      }
    }
    assertThat(agreed).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5\nhello\n0\n\n", "05;a=\"b\" \r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n"})
  void takesExtensionsTrailersAndBareLineEnds(String coded) throws IOException {
    assertThat(ours(stream(coded)).readAllBytes()).isEqualTo("hello".getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "x\r\n",
        "-5\r\nhello\r\n",
        "5 5\r\nhello",
        "8000000000000000\r\n",
        "<html>\r\n"
      })
  void refusesWhatIsNoSize(String coded) {
    assertThatThrownBy(() -> ours(stream(coded)).read())
        .isInstanceOf(MalformedChunkCodingException.class);
  }

  @Test
  void givesWhatCameBeforeItFails() throws IOException {
    var answer = ours(stream("5\r\nhello\r\nno size\r\n"));
    var bytes = new byte[100];
    assertThat(answer.read(bytes, 0, 100)).isEqualTo(5);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> answer.read(bytes, 0, 100))
          .isInstanceOf(MalformedChunkCodingException.class);
    }
  }

  @Test
  void tellsWhereTheConnectionEnded() throws IOException {
    var inChunk = ours(stream("5\r\nhel"));
    assertThat(inChunk.readNBytes(3)).hasSize(3);
    assertThatThrownBy(inChunk::read)
        .isInstanceOf(TruncatedChunkException.class)
        .hasMessageContaining("2 bytes");
    var between = ours(stream("5\r\nhello\r\n"));
    assertThat(between.readNBytes(5)).hasSize(5);
    assertThatThrownBy(between::read).isInstanceOf(ConnectionClosedException.class);
  }

  @Test
  void neitherHeadsNorTrailersGrowWithoutEnd() throws IOException {
    var endless = "a".repeat(100_000);
    assertThatThrownBy(() -> ours(stream("5;" + endless)).read())
        .isInstanceOf(MalformedChunkCodingException.class)
        .hasMessageContaining("65536");
    assertThatThrownBy(() -> ours(stream("0\r\n" + "A: b\r\n".repeat(20_000))).read())
        .isInstanceOf(MalformedChunkCodingException.class);
  }

  @Test
  void waitsForNoMoreThanItsFirstByte() throws IOException {
    var arrived = stream("5\r\nhello\r\n6\r\n world\r\n7");
    var answer =
        ours(
            new InputStream() {
              @Override
              public int read() {
                throw new AssertionError("waits though there are bytes to give");
              }

              @Override
              public int read(byte[] bytes, int from, int length) throws IOException {
                return arrived.available() > 0 ? arrived.read(bytes, from, length) : read();
              }
            });
    var bytes = new byte[100];
    assertThat(answer.read(bytes, 0, 100)).isEqualTo(11);
    assertThat(new String(bytes, 0, 11, ISO_8859_1)).isEqualTo("hello world");
  }

  @Test
  void readsToTheEndWhenItIsClosedAndNothingAfterwards() throws IOException {
    var rest = stream("5\r\nhello\r\n0\r\n\r\n");
    var answer = ours(rest);
    assertThat(answer.read()).isEqualTo('h');
    answer.close();
    answer.close();
    assertThat(rest.available()).isZero();
    assertThatThrownBy(answer::read).isInstanceOf(StreamClosedException.class);
  }

  @Test
  void refusesWhatFollowsTheAnswerSoThatItIsTakenForNoOther() throws IOException {
    var answer = ours(stream("5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"));
    assertThat(answer.readNBytes(5)).isEqualTo("hello".getBytes(ISO_8859_1));
    assertThatThrownBy(answer::read)
        .isInstanceOf(MalformedChunkCodingException.class)
        .hasMessageContaining("more than its answer");
  }

  @Test
  void fillsALargeRoomInOneReadOfTheSocket() throws IOException {
    var coded = coded(new Random(1), new byte[20_000]);
    var reads = new int[1];
    var socket =
        new ByteArrayInputStream(coded) {
          @Override
          public synchronized int read(byte[] bytes, int from, int length) {
            reads[0]++;
            return super.read(bytes, from, length);
          }
        };
    assertThat(ours(socket).read(new byte[40_000])).isEqualTo(20_000);
    assertThat(reads[0]).isEqualTo(1);
  }

  private static byte[] content(Random random) {
    var content = new byte[random.nextInt(2_000)];
    random.nextBytes(content);
    return content;
  }

  private static byte[] coded(Random random, byte[] content) {
    var coded = new ByteArrayOutputStream();
    for (int from = 0; from < content.length; ) {
      int size = Math.min(content.length - from, 1 + random.nextInt(200));
      coded.writeBytes(head(random, size).getBytes(ISO_8859_1));
      coded.write(content, from, size);
      coded.writeBytes("\r\n".getBytes(ISO_8859_1));
      from += size;
    }
    var trailers = random.nextBoolean() ? "" : "X-One: 1\r\nX-Two: 2\r\n";
    coded.writeBytes((head(random, 0) + trailers + "\r\n").getBytes(ISO_8859_1));
    return coded.toByteArray();
  }

  private static String head(Random random, int size) {
    var hex = Integer.toHexString(size);
    return (random.nextBoolean() ? hex : "00" + hex.toUpperCase(Locale.ROOT))
        + (random.nextInt(4) > 0 ? "" : ";name=value")
        + "\r\n";
  }

  /** Gives a few bytes a read, as a network may. */
  private static InputStream cut(byte[] coded, Random random) {
    return new ByteArrayInputStream(coded) {
      @Override
      public int read(byte[] bytes, int from, int length) {
        return super.read(bytes, from, Math.min(length, 1 + random.nextInt(60)));
      }
    };
  }

  private static byte[] readAll(InputStream answer, Random random) throws IOException {
    var all = new ByteArrayOutputStream();
    var bytes = new byte[1 + random.nextInt(300)];
    for (int read = answer.read(bytes); read >= 0; read = answer.read(bytes)) {
      assertThat(read).isPositive();
      all.write(bytes, 0, read);
    }
    return all.toByteArray();
  }

  /** Whether it could be read to its end. */
  private static boolean reads(InputStream answer, ByteArrayOutputStream into) {
    try {
      into.writeBytes(answer.readAllBytes());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static InputStream ours(InputStream socket) {
    return new ChunkedAnswer(new SessionInputBufferImpl(64), socket);
  }

  private static InputStream library(InputStream socket) {
    return new ChunkedInputStream(new SessionInputBufferImpl(64), socket);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
  }
}
