package dev.millrace.agent.session;

import java.nio.charset.StandardCharsets;
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

  byte[] line() {
    var head = "v" + version + " " + number + " " + fence + " ";
    return (head + checksum(head, json) + " " + json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a line without its end; null when it is not what was written. */
  static @Nullable Frame parse(byte[] line, int length) {
    var text = new String(line, 0, length, StandardCharsets.UTF_8);
    var fields = text.split(" ", HEAD_FIELDS + 1);
    if (fields.length <= HEAD_FIELDS || !fields[0].matches("v\\d{1,9}")) {
      return null;
    }
    var json = fields[HEAD_FIELDS];
    var head = fields[0] + " " + fields[1] + " " + fields[2] + " ";
    if (!fields[3].equals(checksum(head, json))) {
      return null;
    }
    try {
      return new Frame(
          Integer.parseInt(fields[0].substring(1)),
          Long.parseLong(fields[1]),
          Long.parseLong(fields[2]),
          json);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String checksum(String head, String json) {
    var crc = new CRC32C();
    crc.update(head.getBytes(StandardCharsets.UTF_8));
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
