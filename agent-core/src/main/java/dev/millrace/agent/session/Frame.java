package dev.millrace.agent.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record in its line: {@code v1 <sequence number> <fence> <checksum> <json>}. The checksum is the
 * CRC-32C, in eight hexadecimal digits, of all else in the line.
 *
 * @param version of the format; a reader refuses one that it does not know
 * @param number counts the records of a file from 1
 * @param fence counts how often the file was opened to be written
 */
record Frame(int version, long number, long fence, String json) {
  static final int VERSION = 1;
  private static final int HEAD_FIELDS = 4;
  private static final int CHECKSUM_DIGITS = 8;

  byte[] line() {
    var start = bytes("v" + version + " " + number + " " + fence + " ");
    var text = bytes(json);
    var checksum = new CRC32C();
    checksum.update(start);
    checksum.update(text);
    return ByteBuffer.allocate(start.length + CHECKSUM_DIGITS + 1 + text.length + 1)
        .put(start)
        .put(bytes(digits(checksum)))
        .put((byte) ' ')
        .put(text)
        .put((byte) '\n')
        .array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String digits(CRC32C checksum) {
    return HexFormat.of().toHexDigits(checksum.getValue(), CHECKSUM_DIGITS);
  }

  /** Reads a line without its end; null when it is not what was written. */
  static @Nullable Frame parse(byte[] line, int length) {
    int jsonAt = jsonAt(line, length);
    var head = new String(line, 0, jsonAt, StandardCharsets.UTF_8).split(" ", HEAD_FIELDS + 1);
    if (head.length <= HEAD_FIELDS
        || !head[0].matches("v\\d{1,9}")
        || head[HEAD_FIELDS - 1].length() != CHECKSUM_DIGITS) {
      return null;
    }
    var checksum = new CRC32C();
    checksum.update(line, 0, jsonAt - CHECKSUM_DIGITS - 1);
    checksum.update(line, jsonAt, length - jsonAt);
    if (!head[HEAD_FIELDS - 1].equals(digits(checksum))) {
      return null;
    }
    try {
      return new Frame(
          Integer.parseInt(head[0].substring(1)),
          Long.parseLong(head[1]),
          Long.parseLong(head[2]),
          new String(line, jsonAt, length - jsonAt, StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Where the head has ended, its last space included; 0 when this is no line of ours. */
  private static int jsonAt(byte[] line, int length) {
    int fields = 0;
    for (int i = 0; i < length; i++) {
      if (line[i] == ' ' && ++fields == HEAD_FIELDS) {
        return i + 1;
      }
    }
    return 0;
  }
}
