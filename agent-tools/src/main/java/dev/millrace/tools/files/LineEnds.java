package dev.millrace.tools.files;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Both ways to end a line, LF and CRLF, which are the same to who looks for a text. */
final class LineEnds {
  private LineEnds() {}

  /** Whether the byte is only the first half of a CRLF. */
  static boolean isHalf(byte[] bytes, int at) {
    return bytes[at] == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n';
  }

  /** The same text with LF alone. */
  static byte[] unix(byte[] text) {
    byte[] unix = new byte[text.length];
    int length = 0;
    for (int i = 0; i < text.length; i++) {
      if (!isHalf(text, i)) {
        unix[length++] = text[i];
      }
    }
    return Arrays.copyOf(unix, length);
  }

  /** A text with LF alone as one with CRLF alone. */
  static byte[] windows(byte[] unix) {
    var windows = new ByteArrayOutputStream(unix.length + unix.length / 16);
    for (byte b : unix) {
      if (b == '\n') {
        windows.write('\r');
      }
      windows.write(b);
    }
    return windows.toByteArray();
  }

  /** Whether the first line ends in CRLF. */
  static boolean isWindows(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        return i > 0 && text[i - 1] == '\r';
      }
    }
    return false;
  }
}
