package dev.millrace.tools.files;

import java.time.Duration;

/** Limits that differ from the defaults in one thing. */
final class Limited {
  private static final FileLimits FREE = FileLimits.DEFAULT;

  private Limited() {}

  static FileLimits entries(int entries) {
    return new FileLimits(
        entries,
        FREE.depth(),
        FREE.time(),
        FREE.fileBytes(),
        FREE.lineCharacters(),
        FREE.resultCharacters());
  }

  static FileLimits depth(int depth) {
    return new FileLimits(
        FREE.entries(),
        depth,
        FREE.time(),
        FREE.fileBytes(),
        FREE.lineCharacters(),
        FREE.resultCharacters());
  }

  static FileLimits time(Duration time) {
    return new FileLimits(
        FREE.entries(),
        FREE.depth(),
        time,
        FREE.fileBytes(),
        FREE.lineCharacters(),
        FREE.resultCharacters());
  }

  static FileLimits fileBytes(long fileBytes) {
    return new FileLimits(
        FREE.entries(),
        FREE.depth(),
        FREE.time(),
        fileBytes,
        FREE.lineCharacters(),
        FREE.resultCharacters());
  }

  static FileLimits resultCharacters(int resultCharacters) {
    return new FileLimits(
        FREE.entries(),
        FREE.depth(),
        FREE.time(),
        FREE.fileBytes(),
        FREE.lineCharacters(),
        resultCharacters);
  }
}
