package dev.millrace.tools.files;

import java.time.Duration;

/**
 * What one call of a file tool may cost and say.
 *
 * @param entries most directory entries that are looked at
 * @param depth how many directories deep a walk goes, at most 256: each level holds a file handle
 * @param time how long a walk, a read or a search goes on before it gives what it has
 * @param fileBytes most bytes that are read of one file
 * @param lineCharacters most characters that are shown of one line
 * @param resultCharacters most characters of a whole result, roughly
 */
public record FileLimits(
    int entries,
    int depth,
    Duration time,
    long fileBytes,
    int lineCharacters,
    int resultCharacters) {

  /** 200,000 entries, 64 deep, 20 s, 64 MiB a file, 2,000 characters a line, 60,000 in all. */
  public static final FileLimits DEFAULT =
      new FileLimits(200_000, 64, Duration.ofSeconds(20), 64L << 20, 2_000, 60_000);

  private static final int MAX_DEPTH = 256;

  public FileLimits {
    atLeast("entries", entries, 1);
    atLeast("depth", depth, 1);
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("depth must be " + MAX_DEPTH + " or less, not " + depth);
    }
    atLeast("fileBytes", fileBytes, 1);
    atLeast("lineCharacters", lineCharacters, 20);
    atLeast("resultCharacters", resultCharacters, 200);
    if (!time.isPositive()) {
      throw new IllegalArgumentException("time must be positive, not " + time);
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be " + least + " or more, not " + value);
    }
  }
}
