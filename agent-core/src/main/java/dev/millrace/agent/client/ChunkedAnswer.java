package dev.millrace.agent.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.StreamClosedException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The content of an answer in chunks (RFC 9112, section 7.1), where a server as a rule sends each
 * event as a chunk of its own. The library's stream makes a string of each chunk's head and gives
 * one chunk a read; this one gives all that has arrived, and decodes it in the array that it is
 * asked to fill. For one thread.
 */
final class ChunkedAnswer extends InputStream {
  /** Most bytes of a chunk's head, or of all trailers. */
  private static final int MAX_LINES = 64 * 1024;

  /** Room for fewer bytes is filled through the connection's buffer, in fewer reads. */
  private static final int DIRECT = 4 * 1024;

  private static final long MAX_BEFORE_DIGIT = Long.MAX_VALUE >> 4;

  private enum State {
    SIZE,
    AFTER_SIZE,
    EXTENSION,
    DATA,
    AFTER_DATA,
    TRAILER_START,
    TRAILER,
    END
  }

  private final SessionInputBuffer buffer;
  private final InputStream socket;
  private State state = State.SIZE;
  private boolean hasDigits;

  /** What the chunk still holds, or its size as far as it was read. */
  private long left;

  /** Of the head or the trailers being read. */
  private int lineBytes;

  /** Why no more can be read; what came before is given first. */
  private @Nullable IOException failure;

  private boolean isClosed;

  ChunkedAnswer(SessionInputBuffer buffer, InputStream socket) {
    this.buffer = buffer;
    this.socket = socket;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * Waits for the first byte alone, and gives all that has arrived by then and finds room. What
   * stands behind the given bytes in the array means nothing afterwards.
   */
  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (isClosed) {
      throw new StreamClosedException();
    }
    int done = 0;
    while (done < length && goesOn() && (done == 0 || buffer.length() > 0)) {
      int coded = readCoded(bytes, from + done, length - done);
      done += decode(bytes, from + done, coded);
    }
    if (done == 0 && failure != null) {
      throw failure;
    }
    return done > 0 || length == 0 ? done : -1;
  }

  private boolean goesOn() {
    return state != State.END && failure == null;
  }

  private int readCoded(byte[] bytes, int at, int room) throws IOException {
    int count;
    if (buffer.length() > 0 || room >= DIRECT) {
      count = buffer.read(bytes, at, room, socket);
    } else {
      int first = buffer.read(socket);
      bytes[at] = (byte) first;
      count = first < 0 ? first : 1;
    }
    if (count < 0) {
      failure =
          state == State.DATA
              ? new TruncatedChunkException(
                  "the connection ended %d bytes before the chunk's end", left)
              : new ConnectionClosedException("the connection ended before the last chunk");
      return 0;
    }
    return count;
  }

  /** Moves the content among these bytes to their beginning; tells how long it is. */
  private int decode(byte[] bytes, int from, int count) {
    int to = from + count;
    int next = from;
    int end = from;
    while (next < to && goesOn()) {
      if (state == State.DATA) {
        int size = (int) Math.min(to - next, left);
        System.arraycopy(bytes, next, bytes, end, size);
        next += size;
        end += size;
        left -= size;
        if (left == 0) {
          state = State.AFTER_DATA;
        }
      } else {
        coding(bytes[next++] & 0xFF);
      }
    }
    if (state == State.END && (next < to || buffer.length() > 0)) {
      malformed("the server sent more than its answer");
    }
    return end - from;
  }

  private void coding(int c) {
    if (++lineBytes > MAX_LINES) {
      malformed("a chunk's head or the trailers have more than " + MAX_LINES + " bytes");
      return;
    }
    switch (state) {
      case SIZE -> size(c);
      case AFTER_SIZE -> afterSize(c);
      case EXTENSION -> {
        if (c == '\n') {
          begin();
        }
      }
      case AFTER_DATA -> afterData(c);
      case TRAILER_START -> trailerStart(c);
      default -> state = c == '\n' ? State.TRAILER_START : State.TRAILER;
    }
  }

  private void size(int c) {
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0 && hasDigits) {
      afterSize(c);
    } else if (digit < 0 || left > MAX_BEFORE_DIGIT) {
      malformed("expected the size of a chunk");
    } else {
      left = left << 4 | digit;
      hasDigits = true;
    }
  }

  private void afterSize(int c) {
    switch (c) {
      case '\n' -> begin();
      case ';' -> state = State.EXTENSION;
      case '\r', ' ', '\t' -> state = State.AFTER_SIZE;
      default -> malformed("expected the end of a chunk's size");
    }
  }

  private void begin() {
    state = left > 0 ? State.DATA : State.TRAILER_START;
    hasDigits = false;
    lineBytes = 0;
  }

  private void afterData(int c) {
    if (c == '\n') {
      state = State.SIZE;
    } else if (c != '\r') {
      malformed("expected a line's end after a chunk");
    }
  }

  /** An empty line ends the trailers, which nobody needs. */
  private void trailerStart(int c) {
    if (c == '\n') {
      state = State.END;
    } else if (c != '\r') {
      state = State.TRAILER;
    }
  }

  private void malformed(String why) {
    failure = new MalformedChunkCodingException(why);
  }

  @Override
  public int available() {
    return state == State.DATA ? (int) Math.min(buffer.length(), left) : 0;
  }

  /** Reads what is left, so that the connection can be used again. */
  @Override
  public void close() throws IOException {
    try {
      if (!isClosed && goesOn()) {
        transferTo(OutputStream.nullOutputStream());
      }
    } finally {
      isClosed = true;
    }
  }
}
