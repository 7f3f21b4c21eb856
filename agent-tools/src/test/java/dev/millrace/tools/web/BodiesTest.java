package dev.millrace.tools.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.Calls.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and heads that are too long, too slow, or lie about themselves. */
class BodiesTest {
  private static final WebLimits SMALL =
      new WebLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), 1 << 20, 5, 60_000);
  private static final WebLimits BRIEF =
      new WebLimits(Duration.ofMillis(600), Duration.ofMillis(300), 1 << 20, 5, 60_000);

  private static Answer fetch(Web web) {
    return web.fetch("http://public.example/");
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  private static Web encoded(String encoding, byte[] body) {
    return Web.handling((head, out) -> {
      out.write(
          Web.head(
              "200 OK",
              "Content-Type: text/plain",
              "Content-Encoding: " + encoding,
              "Content-Length: " + body.length));
      out.write(body);
    });
  }

  /** Sends without end, and counts what was taken. */
  private static Web.Handler endless(AtomicLong sent, String... headers) {
    return (head, out) -> {
      out.write(Web.head("200 OK", headers));
      byte[] piece = "x".repeat(8192).getBytes(UTF_8);
      while (true) {
        out.write(piece);
        sent.addAndGet(piece.length);
      }
    };
  }

  @Test
  void withoutAnEndAreCutAndSaidToGoOn() {
    var sent = new AtomicLong();
    try (var web = Web.handling(endless(sent, "Content-Type: text/plain")).limits(SMALL)) {
      assertThat(fetch(web).isFine().text())
          .contains("[the page goes on; only its first 1,048,576 bytes are here]");
      // What lies in the buffers of both ends was sent and not taken.
      assertThat(sent.get()).isLessThan(64 << 20);
    }
  }

  @Test
  void ofTenGigabytesByTheirOwnWordAreCutToo() {
    var sent = new AtomicLong();
    var handler = endless(sent, "Content-Type: text/plain", "Content-Length: 10000000000");
    try (var web = Web.handling(handler).limits(SMALL)) {
      assertThat(fetch(web).isFine().text()).contains("the page goes on");
    }
  }

  @Test
  void thatComeAByteAtATimeEndWithTheTimeOfTheCall() {
    try (var web =
        Web.handling((head, out) -> {
          out.write(Web.head("200 OK", "Content-Type: text/plain"));
          drip(out);
        })) {
      assertThat(fetch(web.limits(BRIEF)).isRefused().text())
          .startsWith("Given up: the page was not there within 0.6 seconds.");
    }
  }

  @Test
  void ofHeadsThatNeverEndEndWithTheTimeOfTheCall() {
    try (var web =
        Web.handling((head, out) -> {
          out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(UTF_8));
          drip(out);
        })) {
      assertThat(fetch(web.limits(BRIEF)).isRefused().text()).startsWith("Given up");
    }
  }

  private static void drip(OutputStream out) throws Exception {
    while (true) {
      out.write('x');
      out.flush();
      Thread.sleep(20);
    }
  }

  @Test
  void thatWereZippedAreUnzipped() throws Exception {
    try (var web = encoded("gzip", zipped("packed".getBytes(UTF_8)))) {
      assertThat(Web.content(fetch(web).isFine())).isEqualTo("packed");
    }
  }

  @Test
  void thatAreBombsAreRefused() throws Exception {
    byte[] bomb = zipped(new byte[256 << 20]);
    assertThat(bomb.length).isLessThan(1 << 20);
    var large = new WebLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), 64 << 20, 5, 60_000);
    try (var web = encoded("gzip", bomb).limits(large)) {
      assertThat(fetch(web).isRefused().text()).contains("compressed to less than a hundredth");
    }
  }

  @Test
  void thatAreBombsOfHonestLooksAreCutAtTheLimit() throws Exception {
    byte[] line = new byte[1 << 20];
    for (int i = 0; i < line.length; i++) {
      line[i] = (byte) ('a' + i * 31 % 7 * (i % 97) % 13);
    }
    var whole = new ByteArrayOutputStream();
    for (int i = 0; i < 8; i++) {
      whole.write(line);
    }
    try (var web = encoded("gzip", zipped(whole.toByteArray())).limits(SMALL)) {
      assertThat(fetch(web).text()).containsAnyOf("the page goes on", "less than a hundredth");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, gzip", "br", "zstd", "deflate", "gzip,br", "x", "gzip;q=1"})
  void inEncodingsThatNobodyAskedForAreRefused(String encoding) throws Exception {
    try (var web = encoded(encoding, zipped(zipped("packed".getBytes(UTF_8))))) {
      assertThat(fetch(web).isRefused().text()).contains("encoding \"" + encoding + "\"");
    }
  }

  @Test
  void thatSayTheyAreZippedAndAreNotAreRefused() throws Exception {
    try (var web = encoded("gzip", "plain".getBytes(UTF_8))) {
      assertThat(fetch(web).isRefused().text()).contains("broken gzip data");
    }
    byte[] whole = zipped("packed and cut".getBytes(UTF_8));
    try (var web = encoded("gzip", java.util.Arrays.copyOf(whole, whole.length - 9))) {
      assertThat(fetch(web).isRefused().text()).contains("broke off before its end");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nshort",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "Content-Length: -1\r\n\r\nhello",
        "Content-Length: 99999999999999999999\r\n\r\nhello",
        "Content-Length: five\r\n\r\nhello",
        "Transfer-Encoding: gzip\r\n\r\nhello",
      })
  void thatLieAboutTheirLengthAreRefused(String rest) {
    try (var web = Web.answering("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + rest)) {
      assertThat(fetch(web).isRefused().text()).contains("could not be read: ");
    }
  }

  @Test
  void inTinyChunksWithLongExtensionsAreReadOrRefusedWithinTheBudget() {
    var sent = new AtomicLong();
    try (var web =
        Web.handling((head, out) -> {
          out.write(Web.head("200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked"));
          byte[] chunk = ("1;x=" + "y".repeat(8000) + "\r\nz\r\n").getBytes(UTF_8);
          while (true) {
            out.write(chunk);
            sent.addAndGet(chunk.length);
          }
        })) {
      fetch(web.limits(SMALL)).isRefused();
      assertThat(sent.get()).isLessThan(64 << 20);
    }
  }

  @Test
  void ofChunkTrailersWithoutEndAreRefused() {
    try (var web =
        Web.handling((head, out) -> {
          out.write(Web.head("200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked"));
          out.write("1\r\nz\r\n0\r\n".getBytes(UTF_8));
          while (true) {
            out.write("X-Trailer: y\r\n".getBytes(UTF_8));
          }
        })) {
      assertThat(fetch(web.limits(SMALL)).isRefused().text()).contains("could not be read");
    }
  }

  @Test
  void ofHeadsOfAMegabyteAreRefused() {
    try (var web =
        Web.answering("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(1 << 20) + "\r\n\r\nhello")) {
      assertThat(fetch(web).isRefused().text()).containsAnyOf("headers", "more than this tool");
    }
    var many = "X: y\r\n".repeat(100_000);
    try (var web = Web.answering("HTTP/1.1 200 OK\r\n" + many + "\r\nhello")) {
      assertThat(fetch(web).isRefused().text()).containsAnyOf("headers", "more than this tool");
    }
  }

  @Test
  void behindInterimAnswersWithoutEndAreRefused() {
    try (var web =
        Web.handling((head, out) -> {
          while (true) {
            out.write(Web.head("103 Early Hints", "Link: </x>"));
          }
        })) {
      assertThat(fetch(web.limits(SMALL)).isRefused().text()).contains("could not be read");
    }
  }

  @Test
  void behindOneInterimAnswerAreRead() {
    try (var web =
        Web.answering(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfine")) {
      assertThat(Web.content(fetch(web).isFine())).isEqualTo("fine");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "* OK IMAP4rev1 ready\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      })
  void thatAreNoHttpAreRefused(String answer) {
    try (var web = Web.answering(answer.getBytes(ISO_8859_1)).limits(SMALL)) {
      assertThat(fetch(web).isRefused().text()).contains("could not be read: ");
    }
  }

  @Test
  void ofErrorsAreToldInPartAsErrors() {
    var page = "Nothing is here. ".repeat(1000);
    try (var web =
        Web.answering(
            new String(
                    Web.head(
                        "404 Not Found",
                        "Content-Type: text/plain",
                        "Content-Length: " + page.length()),
                    UTF_8)
                + page)) {
      assertThat(fetch(web).isRefused().text())
          .startsWith("The server answered with an error.\nhttp://public.example/\nstatus 404")
          .contains("Nothing is here.")
          .hasSizeLessThan(3_000);
    }
  }
}
