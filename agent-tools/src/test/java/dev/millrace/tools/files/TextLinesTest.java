package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.tools.files.TextLines.Line;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TextLinesTest {
  private static final Budget BUDGET = new Budget(FileLimits.DEFAULT, CancelSignal.NEVER);

  private static TextLines lines(ReadableByteChannel channel, int keep) throws Exception {
    return new TextLines(channel, keep, Long.MAX_VALUE, BUDGET);
  }

  private static List<Line> all(TextLines lines) throws Exception {
    var all = new ArrayList<Line>();
    for (var line = lines.next(); line != null; line = lines.next()) {
      all.add(line);
    }
    return all;
  }

  private static ReadableByteChannel channel(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  /** Gives a few bytes at a time, so that every character is cut somewhere. */
  private static ReadableByteChannel inPieces(byte[] bytes, Random random) {
    var left = ByteBuffer.wrap(bytes);
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer into) {
        if (!left.hasRemaining()) {
          return -1;
        }
        int count = Math.min(Math.min(into.remaining(), left.remaining()), random.nextInt(5));
        for (int i = 0; i < count; i++) {
          into.put(left.get());
        }
        return count;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void givesTheLinesThatTheJdkGivesHoweverTheBytesCome() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var bytes = randomBytes(random);
      var text = new String(bytes, UTF_8).replace('\0', '\uFFFD');
      var expected = new ArrayList<>(List.of(text.split("\n", -1)));
      if (expected.getLast().isEmpty()) {
        expected.removeLast();
      }
      var found = all(lines(inPieces(bytes, random), 1_000)).stream().map(Line::text).toList();
      boolean endsInNewline = text.endsWith("\n");
      for (int j = 0; j < expected.size(); j++) {
        boolean hasEnd = j < expected.size() - 1 || endsInNewline;
        var line = expected.get(j);
        expected.set(
            j, hasEnd && line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
      }
      assertThat(found).as("seed %d, round %d", seed, i).isEqualTo(expected);
    }
  }

  private static byte[] randomBytes(Random random) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes("x".getBytes(UTF_8));
    int pieces = random.nextInt(40);
    for (int i = 0; i < pieces; i++) {
      switch (random.nextInt(7)) {
        case 0 -> bytes.write('\n');
        case 1 -> bytes.writeBytes("\r\n".getBytes(UTF_8));
        case 2 -> bytes.writeBytes("😀".getBytes(UTF_8));
        case 3 -> bytes.writeBytes("é".getBytes(UTF_8));
        case 4 -> bytes.write(random.nextInt(256));
        case 5 -> bytes.write('\r');
        default -> bytes.writeBytes("text".getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void keepsOfALineWhatItIsToldAndCountsTheRest() throws Exception {
    var lines = all(lines(channel("abcdefgh\r\n😀😀😀\nab\r\n".getBytes(UTF_8)), 3));
    assertThat(lines)
        .containsExactly(new Line(1, "abc", 8), new Line(2, "😀", 6), new Line(3, "ab", 2));
  }

  @Test
  void passesOverAByteOrderMarkAtTheStartOnly() throws Exception {
    var lines = lines(channel("\uFEFFa\n\uFEFFb".getBytes(UTF_8)), 10);
    assertThat(all(lines)).extracting(Line::text).containsExactly("a", "\uFEFFb");
    assertThat(lines.hasByteOrderMark()).isTrue();
  }

  @Test
  void endsAtItsLimitOfBytes() throws Exception {
    var lines = new TextLines(channel("one\ntwo\n".getBytes(UTF_8)), 10, 5, BUDGET);
    assertThat(all(lines)).extracting(Line::text).containsExactly("one", "t");
    assertThat(lines.isCutOff()).isTrue();
  }

  @Test
  @Timeout(60)
  void aLineOfGigabytesNeedsNoMemory() throws Exception {
    var endless = new byte[1 << 20];
    java.util.Arrays.fill(endless, (byte) 'x');
    var lines =
        lines(
            new ReadableByteChannel() {
              private long left = 256L << 20;

              @Override
              public int read(ByteBuffer into) {
                int count = (int) Math.min(left, into.remaining());
                into.put(endless, 0, count);
                left -= count;
                return count == 0 ? -1 : count;
              }

              @Override
              public boolean isOpen() {
                return true;
              }

              @Override
              public void close() {}
            },
            100);
    assertThat(all(lines)).containsExactly(new Line(1, "x".repeat(100), 256L << 20));
  }
}
