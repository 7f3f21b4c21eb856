package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;

/**
 * A file as it was when it was read.
 *
 * @param bytes all of its content; nobody changes them
 */
record Snapshot(byte[] bytes, PosixFileAttributes attributes) {
  String version() {
    return Version.of(bytes);
  }

  /** Throws when this is not the version that the model has read. */
  void refuseOther(RelativePath path, String version) throws ToolFailure {
    var now = version();
    if (!now.equals(version.strip())) {
      throw Unwritable.changed(path, version, now);
    }
  }

  /** Whether the file is still the same, as far as the file system can tell. */
  boolean isStill(PosixFileAttributes now) {
    return Objects.equals(now.fileKey(), attributes.fileKey())
        && now.size() == attributes.size()
        && now.lastModifiedTime().equals(attributes.lastModifiedTime());
  }
}
