package dev.millrace.temporal;

import java.util.Optional;

/**
 * Where what is too large for a workflow's history is kept: a folder, a bucket, a table, which all
 * workers of a task queue reach. A value is never changed: whoever puts a key again puts the same
 * bytes. Implementations are thread-safe.
 */
public interface BlobStore {
  /**
   * Keeps a value; returns when it would survive the end of this machine.
   *
   * @param key letters, digits, underscores, hyphens, dots and slashes
   * @throws java.io.UncheckedIOException when it was not kept
   */
  void put(String key, byte[] value);

  /**
   * The value that was kept.
   *
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  Optional<byte[]> get(String key);

  /**
   * Forgets all keys that begin with this, such as those of a run that nobody asks for any more.
   *
   * @throws java.io.UncheckedIOException when that failed
   */
  void deleteAll(String prefix);
}
