package dev.millrace.agent.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Closing it before the answer's end was read aborts the connection,
 * never reads the rest of it.
 */
final class Exchange implements AutoCloseable {
  private static final int BUFFER = 4 * 1024;
  private static final int MAX_REST = 8 * 1024;
  private static final int END_BUFFER = 256;
  private static final int MAX_TEXT = 64 * 1024;

  /** How long the end of a complete answer may take to come; else a new connection is cheaper. */
  private static final Timeout END_WAIT = Timeout.ofMilliseconds(25);

  private final Post post;
  private final Watch watch;
  private @Nullable HttpClientConnection connection;
  private @Nullable ClassicHttpResponse response;
  private InputStream content = InputStream.nullInputStream();
  private InputStream decoded = InputStream.nullInputStream();
  private boolean zipped;
  private boolean pooled;
  private boolean ended;

  Exchange(String path, Watch watch) {
    this.post = new Post(path);
    this.watch = watch;
    watch.guard(post);
  }

  /** A request that tells its exchange when it has got a connection. */
  final class Post extends HttpPost {
    private static final long serialVersionUID = 1L;

    private Post(String path) {
      super(path);
    }

    /** It is about to be written to this connection. */
    void sending(HttpClientConnection leased) {
      connection = leased;
      var endpoint = leased.getEndpointDetails();
      pooled = endpoint != null && endpoint.getRequestCount() > 0;
      watch.sending();
    }
  }

  Post post() {
    return post;
  }

  /** The answer's head is there. */
  void answered(ClassicHttpResponse response) throws IOException {
    watch.answered();
    this.response = response;
    var entity = response.getEntity();
    if (entity == null) {
      ended = true;
    } else {
      content = watch.watched(entity.getContent());
      decoded = content;
    }
  }

  /** Whether a connection from the pool may have been dead before the request was written to it. */
  boolean mayHaveBeenStale() {
    return pooled && response == null;
  }

  int status() {
    return response == null ? 0 : response.getCode();
  }

  /** The first value of a header, null when there is none. */
  @Nullable String header(String name) {
    var header = response == null ? null : response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /** The API's id of the request, empty when unknown. */
  String requestId() {
    var id = header("request-id");
    var other = id == null ? header("x-request-id") : id;
    return other == null ? "" : other;
  }

  /** The bytes of the answer, unzipped as they come. */
  InputStream body() throws IOException {
    var encoding = header("content-encoding");
    if (encoding != null && encoding.strip().matches("(?i)(x-)?gzip")) {
      zipped = true;
      decoded = new GZIPInputStream(content, BUFFER);
    }
    return decoded;
  }

  /**
   * What can be read of an error's text within the caps of size and time.
   *
   * @throws IOException only when this was ended from outside
   */
  String text(Duration atMost) throws IOException {
    var text = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      limitReads(Timeout.of(atMost));
      var body = body();
      byte[] buffer = new byte[BUFFER];
      while (text.size() < MAX_TEXT && System.nanoTime() < deadline) {
        int count = body.read(buffer, 0, Math.min(BUFFER, MAX_TEXT - text.size()));
        if (count < 0) {
          ended = !zipped;
          break;
        }
        text.write(buffer, 0, count);
      }
    } catch (IOException e) {
      if (watch.stop().isPresent() || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      // The status tells what happened; a text that broke off or stalled only tells it worse.
      text.writeBytes(
          (" [the rest could not be read: " + e + "]").getBytes(StandardCharsets.UTF_8));
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /**
   * The message is whole: keeps the connection for the next request if the answer's end is there
   * already.
   */
  void finish() {
    limitReads(END_WAIT);
    byte[] buffer = new byte[END_BUFFER];
    try {
      for (int rest = 0; rest <= MAX_REST && !ended; ) {
        int count = content.read(buffer);
        ended = count < 0;
        rest += count;
      }
    } catch (IOException e) {
      // Nothing is lost with this connection: it will be aborted, the message stands.
      ended = false;
    }
  }

  private void limitReads(Timeout timeout) {
    if (connection != null) {
      connection.setSocketTimeout(timeout);
    }
  }

  @Override
  public void close() {
    if (!ended) {
      post.cancel();
    }
    if (zipped) {
      endInflater();
    }
  }

  private void endInflater() {
    try {
      decoded.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
