package dev.millrace.tools.files;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells one content of a file from another: the model gives back the version that it read, so
 * that nothing is remembered between calls. For one content, on one thread.
 */
final class Version {
  private static final int BYTES = 6;

  private final MessageDigest digest;

  Version() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String of(byte[] content) {
    var version = new Version();
    version.add(ByteBuffer.wrap(content));
    return version.end();
  }

  void add(ByteBuffer bytes) {
    digest.update(bytes);
  }

  /** The version of all that was added: 12 hex digits. */
  String end() {
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }
}
