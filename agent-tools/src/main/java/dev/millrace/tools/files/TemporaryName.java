package dev.millrace.tools.files;

import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.UUID;

/** Names for what is not finished yet, which nobody can know before. */
final class TemporaryName {
  private static final String PREFIX = ".millrace-";

  private TemporaryName() {}

  static Path in(FileSystem fileSystem) {
    return fileSystem.getPath(PREFIX + UUID.randomUUID());
  }
}
