package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a UTF-8 file, one after the other, in memory that depends neither on the file nor on
 * its longest line. Lines end in LF or CRLF; what is not UTF-8 becomes U+FFFD and is counted. For
 * one file, on one thread.
 */
final class TextLines {
  private static final int BUFFER = 32 * 1024;
  private static final int SNIFFED = 8 * 1024;
  private static final char REPLACEMENT = '\uFFFD';
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final ReadableByteChannel channel;
  private final Budget budget;
  private final int keep;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).limit(0);
  private final StringBuilder line = new StringBuilder();
  private long bytesLeft;
  private long number;
  private long length;
  private long invalid;
  private long windowsEnds;
  private char last;
  private boolean atEnd;
  private boolean isCutOff;
  private boolean hasByteOrderMark;

  /**
   * A line.
   *
   * @param number from 1
   * @param text without its end, cut when it was longer than what is kept
   * @param length all of its characters
   */
  record Line(long number, String text, long length) {
    boolean isCut() {
      return text.length() < length;
    }
  }

  /**
   * Begins to read.
   *
   * @param keep most characters of a line that are kept
   * @param maxBytes where reading ends even if the file goes on
   */
  TextLines(ReadableByteChannel channel, int keep, long maxBytes, Budget budget)
      throws IOException, ToolFailure {
    this.channel = channel;
    this.keep = keep;
    this.bytesLeft = maxBytes;
    this.budget = budget;
    read();
  }

  /** Whether the first bytes are not those of a UTF-8 text; asked before the first line is. */
  boolean isBinary() {
    for (int i = 0; i < Math.min(bytes.limit(), SNIFFED); i++) {
      if (bytes.get(i) == 0) {
        return true;
      }
    }
    return isUtf16();
  }

  private boolean isUtf16() {
    return bytes.limit() > 1
        && (bytes.getShort(0) == (short) 0xFEFF || bytes.getShort(0) == (short) 0xFFFE);
  }

  /** What a binary file is; asked before the first line is. */
  String binaryKind() {
    return isUtf16() ? "a UTF-16 text" : "a binary file";
  }

  /** The next line, or null after the last one. */
  @Nullable Line next() throws IOException, ToolFailure {
    line.setLength(0);
    length = 0;
    last = 0;
    boolean isStarted = false;
    while (chars.hasRemaining() || decode()) {
      isStarted = true;
      if (takeUntilNewline()) {
        return finished(true);
      }
    }
    return isStarted ? finished(false) : null;
  }

  private boolean takeUntilNewline() {
    while (chars.hasRemaining()) {
      char c = chars.get();
      if (c == '\n') {
        return true;
      }
      if (c == 0) {
        c = REPLACEMENT;
        invalid++;
      }
      if (length < keep) {
        line.append(c);
      }
      length++;
      last = c;
    }
    return false;
  }

  private Line finished(boolean hasEnd) {
    if (hasEnd && last == '\r') {
      windowsEnds++;
      length--;
      line.setLength((int) Math.min(line.length(), length));
    }
    number++;
    return new Line(number, Shown.cut(line, safeLength()), length);
  }

  /** A cut must not go through a surrogate pair. */
  private int safeLength() {
    boolean isCut = line.length() < length;
    return isCut && Character.isHighSurrogate(line.charAt(line.length() - 1))
        ? line.length() - 1
        : line.length();
  }

  /** Fills the characters again; false at the end. */
  private boolean decode() throws IOException, ToolFailure {
    chars.clear();
    boolean isFirst = number == 0 && length == 0;
    while (chars.position() == 0) {
      var result = decoder.decode(bytes, chars, atEnd);
      if (result.isMalformed() && chars.hasRemaining()) {
        bytes.position(bytes.position() + result.length());
        chars.put(REPLACEMENT);
        invalid++;
      } else if (result.isUnderflow() && chars.position() == 0) {
        if (atEnd) {
          break;
        }
        read();
      }
    }
    chars.flip();
    if (isFirst && chars.hasRemaining() && chars.get(0) == BYTE_ORDER_MARK && !hasByteOrderMark) {
      hasByteOrderMark = true;
      chars.get();
    }
    return chars.limit() > 0;
  }

  private void read() throws IOException, ToolFailure {
    bytes.compact();
    if (bytesLeft == 0 || !budget.hasTime()) {
      atEnd = true;
      isCutOff = true;
    } else {
      bytes.limit((int) Math.min(bytes.capacity(), bytes.position() + bytesLeft));
      int count = channel.read(bytes);
      atEnd = count < 0;
      bytesLeft -= Math.max(0, count);
    }
    bytes.flip();
  }

  /** How many lines there were so far. */
  long count() {
    return number;
  }

  /** How many byte sequences so far were no text. */
  long invalid() {
    return invalid;
  }

  /** How many lines so far ended in CRLF. */
  long windowsEnds() {
    return windowsEnds;
  }

  boolean hasByteOrderMark() {
    return hasByteOrderMark;
  }

  /** Whether the limit of bytes or time came before the end of the file. */
  boolean isCutOff() {
    return isCutOff;
  }
}
