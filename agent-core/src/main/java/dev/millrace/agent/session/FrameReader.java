package dev.millrace.agent.session;

import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a journal from first to last, holding one at a time. */
final class FrameReader {
  private static final int CHUNK = 64 * 1024;

  private final String id;
  private final Journal.Reader reader;
  private byte[] line = new byte[CHUNK];
  private int length;
  private boolean isTooLong;
  private boolean isGapExplained;
  private long lineAt;
  private long number;
  private long fence;

  FrameReader(String id, Journal.Reader reader) {
    this.id = id;
    this.reader = reader;
  }

  /**
   * How far a journal could be read.
   *
   * @param end where the file ends
   * @param isTorn whether its last line has no end
   * @param number of the last record
   * @param fence the highest that was seen
   */
  record Read(long end, boolean isTorn, long number, long fence) {}

  Read read(FileChannel channel) throws IOException {
    var chunk = new byte[CHUNK];
    long end = 0;
    int size = channel.read(ByteBuffer.wrap(chunk), end);
    while (size > 0) {
      take(chunk, size, end);
      end += size;
      size = channel.read(ByteBuffer.wrap(chunk), end);
    }
    boolean isTorn = end > lineAt;
    if (isTorn) {
      reader.damaged(
          "the last %d bytes are no whole record and were skipped".formatted(end - lineAt));
    }
    return new Read(end, isTorn, number, fence);
  }

  private void take(byte[] chunk, int size, long at) {
    int from = 0;
    for (int i = 0; i < size; i++) {
      if (chunk[i] == '\n') {
        append(chunk, from, i);
        endLine(at + i);
        from = i + 1;
      }
    }
    append(chunk, from, size);
  }

  private void endLine(long at) {
    if (isTooLong) {
      skip("a line of %d bytes, which is more than a record can have".formatted(at - lineAt));
    } else {
      take(Frame.parse(line, length));
    }
    length = 0;
    isTooLong = false;
    lineAt = at + 1;
  }

  private void append(byte[] chunk, int from, int to) {
    int added = to - from;
    isTooLong |= length + added > FileJournal.MOST_LINE_BYTES;
    if (isTooLong) {
      return;
    }
    if (length + added > line.length) {
      line = Arrays.copyOf(line, Math.max(length + added, 2 * line.length));
    }
    System.arraycopy(chunk, from, line, length, added);
    length += added;
  }

  private void take(@Nullable Frame frame) {
    if (frame == null) {
      skip("a line that is not what was written");
    } else if (frame.version() != Frame.VERSION) {
      throw new SessionException(
          Problem.OTHER_VERSION,
          "session %s was written in format %d, and this version knows format %d; it was left as it is"
              .formatted(id, frame.version(), Frame.VERSION),
          null);
    } else if (frame.number() <= number) {
      skip("record %d, which came again".formatted(frame.number()));
    } else if (frame.fence() < fence) {
      skip("record %d, of somebody who had lost the session".formatted(frame.number()));
    } else {
      accept(frame);
    }
  }

  private void skip(String what) {
    reader.damaged("%s was skipped at byte %d".formatted(what, lineAt));
    isGapExplained = true;
  }

  private void accept(Frame frame) {
    if (frame.number() > number + 1 && !isGapExplained) {
      reader.damaged(
          "records %d to %d are missing at byte %d"
              .formatted(number + 1, frame.number() - 1, lineAt));
    }
    isGapExplained = false;
    number = frame.number();
    fence = frame.fence();
    requireOwn(frame.json());
    reader.record(frame.json());
  }

  /** On file systems that do not tell upper from lower case, two ids are one file. */
  private void requireOwn(String json) {
    if (json.startsWith("{\"type\":\"open\"")) {
      var owner = owner(json);
      if (!owner.equals(id)) {
        throw new SessionException(
            Problem.INVALID_ID,
            "the file of session %s holds session %s; use that id".formatted(id, owner),
            null);
      }
    }
  }

  private String owner(String json) {
    try {
      return RawJson.parse(json).node().path("session").asString(id);
    } catch (InvalidJsonException e) {
      return id; // whoever reads the record says so
    }
  }
}
