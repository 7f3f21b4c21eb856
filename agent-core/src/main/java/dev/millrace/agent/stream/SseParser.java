package dev.millrace.agent.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A pull reader of server-sent events over an {@link InputStream}, by the rules of the WHATWG HTML
 * standard, section "Interpreting an event stream". The bytes are always UTF-8; {@code retry}
 * fields are ignored, since reconnecting is not the reader's affair.
 *
 * <p>An event's data are handed out in place, as a range of a buffer that is reused: they are valid
 * until the next call of {@link #next()}. An event is delivered as soon as its last line end has
 * been read; the reader never waits for more bytes while a whole event is in its buffer. Memory
 * grows with the longest line and the longest event only, up to the caps.
 *
 * <p>Not safe for use by several threads. The stream is not closed by the parser.
 */
public final class SseParser {
  /** The default cap of a line and of an event's data, in bytes: 16 MiB. */
  public static final int DEFAULT_CAP = 16 * 1024 * 1024;

  private static final byte[] DATA = ascii("data");
  private static final byte[] EVENT = ascii("event");
  private static final byte[] ID = ascii("id");

  /** The name of an event that has none. */
  static final String UNNAMED = "message";

  private static final EventName[] KNOWN_NAMES = {
    new EventName("content_block_delta"),
    new EventName("content_block_start"),
    new EventName("content_block_stop"),
    new EventName("message_start"),
    new EventName("message_delta"),
    new EventName("message_stop"),
    new EventName("ping"),
    new EventName("error"),
  };
  private static final byte[] NOTHING = {};

  private final LineReader lines;
  private final int maxEvent;

  /** Data that cannot stay in the line buffer: of several lines, or of a line left behind. */
  private byte[] joined = NOTHING;

  private byte[] data = NOTHING;
  private int dataStart;
  private int dataEnd;
  private boolean hasData;
  private boolean isJoined;
  private String name = "";

  /** The name of the event before, which the next one as a rule has too. */
  private EventName last = KNOWN_NAMES[0];

  private String id = "";
  private String lastEventId = "";
  private boolean droppedHalfEvent;

  /** Reads {@code in} with the default caps. */
  public SseParser(InputStream in) {
    this(in, DEFAULT_CAP, DEFAULT_CAP);
  }

  /**
   * Reads {@code in}; a line longer than {@code maxLine} bytes or an event whose data are longer
   * than {@code maxEvent} bytes ends in a {@link StreamLimitException}.
   *
   * @throws IllegalArgumentException if a cap is not positive
   */
  public SseParser(InputStream in, int maxLine, int maxEvent) {
    if (maxLine < 1 || maxEvent < 1) {
      throw new IllegalArgumentException(
          "maxLine and maxEvent must be positive, but are " + maxLine + " and " + maxEvent);
    }
    this.lines = new LineReader(in, maxLine);
    this.maxEvent = maxEvent;
  }

  /**
   * Goes to the next event that has data. Returns false at the end of the stream; an event that the
   * stream's end cut off is not delivered.
   *
   * @throws StreamLimitException if a line or an event is over its cap
   * @throws IOException if the stream fails
   */
  public boolean next() throws IOException {
    startEvent();
    if (lines.nextEvent(last.beginning)) {
      name = last.text;
      addData(lines.buffer(), lines.start(), lines.end());
      return endEvent();
    }
    while (nextLine()) {
      if (lines.start() < lines.end()) {
        field(lines.buffer(), lines.start(), lines.end());
      } else if (endEvent()) {
        return true;
      }
    }
    boolean cutLine = lines.inLine() && lines.peek() != ':';
    droppedHalfEvent |= cutLine || hasData || !name.isEmpty();
    startEvent();
    return false;
  }

  /** The buffer that holds the current event's data. Its other bytes mean nothing. */
  public byte[] buffer() {
    return data;
  }

  /** The index in {@link #buffer()} of the data's first byte. */
  public int dataStart() {
    return dataStart;
  }

  /** The index in {@link #buffer()} after the data's last byte. */
  public int dataEnd() {
    return dataEnd;
  }

  /** The current event's data as text; bytes that are no UTF-8 read as U+FFFD. */
  public String data() {
    return new String(data, dataStart, dataEnd - dataStart, StandardCharsets.UTF_8);
  }

  /** The current event's name, {@code message} if it has none. */
  public String name() {
    return name.isEmpty() ? UNNAMED : name;
  }

  /** The id given last, up to and including the current event; empty if there was none. */
  public String lastEventId() {
    return lastEventId;
  }

  /** Whether the stream ended in the middle of an event, which was dropped. */
  public boolean droppedHalfEvent() {
    return droppedHalfEvent;
  }

  /** How many bytes have been read from the stream, whatever they were. */
  public long bytesRead() {
    return lines.bytesRead();
  }

  private boolean nextLine() throws IOException {
    if (lines.nextBuffered()) {
      return true;
    }
    if (hasData && !isJoined) {
      // Reading on may move the line buffer's bytes.
      join(0, data, dataStart, dataEnd);
    }
    return lines.nextRead();
  }

  private void startEvent() {
    data = NOTHING;
    dataStart = 0;
    dataEnd = 0;
    hasData = false;
    isJoined = false;
    name = "";
  }

  /** Whether the blank line just read ends an event that is to be delivered. */
  private boolean endEvent() {
    lastEventId = id;
    if (!hasData) {
      name = "";
    }
    return hasData;
  }

  private void field(byte[] line, int from, int to) {
    switch (line[from]) {
      case 'd' -> {
        if (names(DATA, line, from, to)) {
          addData(line, value(line, from + DATA.length, to), to);
        }
      }
      case 'e' -> {
        if (names(EVENT, line, from, to)) {
          setName(line, value(line, from + EVENT.length, to), to);
        }
      }
      case 'i' -> {
        if (names(ID, line, from, to)) {
          setId(line, value(line, from + ID.length, to), to);
        }
      }
      default -> {}
    }
  }

  private void addData(byte[] line, int from, int to) {
    long length = hasData ? dataEnd - dataStart + 1L + to - from : to - from;
    if (length > maxEvent) {
      throw new StreamLimitException("An event of the stream", "maxEvent", maxEvent);
    }
    if (hasData) {
      addToJoined(line, from, to);
    } else {
      hasData = true;
      data = line;
      dataStart = from;
      dataEnd = to;
    }
  }

  private void addToJoined(byte[] line, int from, int to) {
    if (!isJoined) {
      join(0, data, dataStart, dataEnd);
    }
    int length = dataEnd;
    join(length + 1, line, from, to);
    joined[length] = '\n';
  }

  /** Copies a range to {@code offset} of the side buffer, which then ends the event's data. */
  private void join(int offset, byte[] source, int from, int to) {
    int length = offset + to - from;
    if (length > joined.length) {
      joined = Arrays.copyOf(joined, (int) Math.min(maxEvent, Math.max(length * 2L, 1024)));
    }
    System.arraycopy(source, from, joined, offset, to - from);
    data = joined;
    isJoined = true;
    dataStart = 0;
    dataEnd = length;
  }

  private void setId(byte[] line, int from, int to) {
    for (int at = from; at < to; at++) {
      if (line[at] == 0) {
        return;
      }
    }
    id = new String(line, from, to - from, StandardCharsets.UTF_8);
  }

  /** Whether the line's field name, which ends at a colon or the line's end, is {@code field}. */
  private static boolean names(byte[] field, byte[] line, int from, int to) {
    int colon = from + field.length;
    return colon <= to
        && (colon == to || line[colon] == ':')
        && Arrays.equals(line, from, colon, field, 0, field.length);
  }

  /** Where the value starts, given where the field name ends: after a colon and one space. */
  private static int value(byte[] line, int colon, int to) {
    int from = Math.min(colon + 1, to);
    return from < to && line[from] == ' ' ? from + 1 : from;
  }

  private void setName(byte[] line, int from, int to) {
    for (EventName known : KNOWN_NAMES) {
      if (known.is(line, from, to)) {
        last = known;
        name = known.text;
        return;
      }
    }
    name = new String(line, from, to - from, StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A name that needs no new string. */
  private static final class EventName {
    private final String text;
    private final byte[] bytes;
    private final byte[] beginning;

    EventName(String text) {
      this.text = text;
      this.bytes = ascii(text);
      this.beginning = ascii("event: " + text + "\ndata: ");
    }

    boolean is(byte[] line, int from, int to) {
      return to - from == bytes.length && Arrays.equals(line, from, to, bytes, 0, bytes.length);
    }
  }
}
