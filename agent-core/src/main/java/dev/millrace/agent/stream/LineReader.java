package dev.millrace.agent.stream;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines inside one reused buffer. A line ends at LF, CR or CRLF. A CR
 * ends its line at once, without waiting for the next byte; an LF that follows is swallowed.
 *
 * <p>The work is linear in the bytes received, however they are cut: a search for a line's end
 * resumes where it stopped, and bytes are moved only when at least a quarter of the buffer's size
 * was read since they were moved last.
 */
final class LineReader {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH_BYTE = 0x0101010101010101L;
  private static final long HIGH_BITS = EACH_BYTE << 7;

  /** All zero in a byte that may be CR or LF, which few bytes of text are. */
  private static final long HIGH_NIBBLES = 0xF0F0F0F0F0F0F0F0L;

  private static final long ALL_LF = EACH_BYTE * '\n';
  private static final long ALL_CR = EACH_BYTE * '\r';

  /** Enough for one event at a time, as a model writes them. */
  private static final int INITIAL_CAPACITY = 2 * 1024;

  /** For a server that sends much at once: fewer reads. */
  private static final int LARGE_CAPACITY = 16 * 1024;

  /** What a short answer has less of, so that it does with a small buffer. */
  private static final int MUCH = 8 * 1024;

  /** Room for the byte order mark, and for one byte that shows whether the line ends at the cap. */
  private static final int SLACK = 4;

  private final InputStream in;
  private final int maxLine;
  private final int maxCapacity;
  private byte[] buffer = new byte[INITIAL_CAPACITY];
  private int limit;
  private int next;
  private int searched;
  private int start;
  private int end;
  private boolean afterCr;
  private boolean first = true;
  private long bytesRead;

  LineReader(InputStream in, int maxLine) {
    this.in = in;
    this.maxLine = Math.min(maxLine, Integer.MAX_VALUE - 64);
    this.maxCapacity = Math.max(LARGE_CAPACITY, this.maxLine + SLACK);
  }

  byte[] buffer() {
    return buffer;
  }

  /** Where the current line starts in the buffer. */
  int start() {
    return start;
  }

  /** Where the current line ends in the buffer, without its line end. */
  int end() {
    return end;
  }

  long bytesRead() {
    return bytesRead;
  }

  /** Whether bytes have arrived that are not part of a finished line. */
  boolean inLine() {
    return next < limit;
  }

  /** The first byte of the unfinished line; only meaningful while {@link #inLine()}. */
  byte peek() {
    return buffer[next];
  }

  /**
   * Goes to the next line if all of it is in the buffer; lines passed before stay where they are.
   */
  boolean nextBuffered() {
    skipLfOfCrLf();
    searched = lineEnd(buffer, searched, limit);
    if (searched == limit) {
      // Not exact, as a byte order mark does not count; the finished line will be.
      checkLength(limit - next - (SLACK - 1));
      return false;
    }
    take(searched);
    checkLength(end - start);
    return true;
  }

  /**
   * Goes over a whole event of two lines if all of it is in the buffer, begins with these bytes and
   * ends its lines by LF. {@link #start()} and {@link #end()} are the rest of its second line then.
   * Reads once when the buffer is empty, as a server as a rule sends whole events.
   */
  boolean nextEvent(byte[] beginning) throws IOException {
    if (next == limit && !fill()) {
      return false;
    }
    int from = next + beginning.length;
    boolean begins =
        !afterCr
            && !first
            && from < limit
            && Arrays.equals(buffer, next, from, beginning, 0, beginning.length);
    if (!begins) {
      return false;
    }
    int to = lineEnd(buffer, from, limit);
    if (limit - to < 2 || buffer[to] != '\n' || buffer[to + 1] != '\n' || to - next > maxLine) {
      return false;
    }
    start = from;
    end = to;
    next = to + 2;
    searched = next;
    return true;
  }

  private void checkLength(int length) {
    if (length > maxLine) {
      throw new StreamLimitException("A line of the event stream", "maxLine", maxLine);
    }
  }

  /** Reads until there is a whole line and goes to it; false if the stream ends before. */
  boolean nextRead() throws IOException {
    while (fill()) {
      if (nextBuffered()) {
        return true;
      }
    }
    return false;
  }

  private void skipLfOfCrLf() {
    if (afterCr && next < limit) {
      afterCr = false;
      if (buffer[next] == '\n') {
        next++;
        searched = next;
      }
    }
  }

  private void take(int at) {
    start = next;
    end = at;
    next = at + 1;
    searched = next;
    afterCr = buffer[at] == '\r';
    if (first) {
      first = false;
      skipByteOrderMark();
    }
  }

  private void skipByteOrderMark() {
    if (end - start >= 3
        && buffer[start] == (byte) 0xEF
        && buffer[start + 1] == (byte) 0xBB
        && buffer[start + 2] == (byte) 0xBF) {
      start += 3;
    }
  }

  private boolean fill() throws IOException {
    makeRoom();
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      return false;
    }
    limit += count;
    bytesRead += count;
    return true;
  }

  private void makeRoom() {
    int kept = limit - next;
    boolean tight = buffer.length - limit < buffer.length / 4;
    if (limit == buffer.length && limit < LARGE_CAPACITY && bytesRead >= MUCH) {
      grow(LARGE_CAPACITY);
    } else if (kept == 0 || (tight && next > 0 && slides(kept))) {
      System.arraycopy(buffer, next, buffer, 0, kept);
      searched -= next;
      limit = kept;
      next = 0;
    } else if (tight && buffer.length < maxCapacity) {
      // The last step goes straight to the cap: no two buffers of nearly that size coexist.
      long doubled = 2L * buffer.length;
      grow(doubled > maxCapacity * 3L / 4 ? maxCapacity : (int) doubled);
    }
  }

  /** Sliding more than half a buffer for little room again and again would be quadratic. */
  private boolean slides(int kept) {
    return kept <= buffer.length / 2 || buffer.length == maxCapacity;
  }

  private void grow(int capacity) {
    byte[] larger = new byte[capacity];
    System.arraycopy(buffer, next, larger, 0, limit - next);
    buffer = larger;
    searched -= next;
    limit -= next;
    next = 0;
  }

  /** The index of the first CR or LF from {@code from} on, or {@code to}: eight bytes a step. */
  static int lineEnd(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = (long) WORDS.get(bytes, at);
      if (zeroBytes(word & HIGH_NIBBLES) != 0) {
        long ends = zeroBytes(word ^ ALL_LF) | zeroBytes(word ^ ALL_CR);
        if (ends != 0) {
          return at + (Long.numberOfTrailingZeros(ends) >>> 3);
        }
      }
    }
    while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at;
  }

  /** Marks the zero bytes of a word by their high bit; the lowest mark is always a true one. */
  private static long zeroBytes(long word) {
    return (word - EACH_BYTE) & ~word & HIGH_BITS;
  }
}
