package dev.millrace.agent.session;

import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sessions in a folder, a journal file each: a line a record, with a checksum and a number, synced
 * to the disk before it counts. A torn end and damaged lines are skipped when a session is opened,
 * and both are reported. Files are for their owner alone. Thread-safe.
 *
 * <p>The file system must have locks, which network file systems often pretend to.
 */
public final class FileSessionStore implements SessionStore {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final String PREFIX = "session-";
  private static final String SUFFIX = ".journal";

  private final Path folder;
  private final Disk disk;

  FileSessionStore(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  /** Sessions in this folder, which is made, for its owner alone, when the first is opened. */
  public static FileSessionStore in(Path folder) {
    return new FileSessionStore(folder, Disk.REAL);
  }

  @Override
  public Journal open(String id) {
    requireId(id);
    return new OwnThread(id)
        .call(
            "opening it in " + folder,
            () -> {
              disk.createFolder(folder);
              var real = folder.toRealPath();
              var lock = SessionLock.take(real, PREFIX + id + ".lock", id, disk);
              try {
                return new FileJournal(id, real, PREFIX + id + SUFFIX, lock, disk);
              } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
              }
            });
  }

  /**
   * Whether there is a session of this id, also one that is open.
   *
   * @throws SessionException when the id is none
   */
  public boolean contains(String id) {
    requireId(id);
    return new OwnThread(id)
        .call("looking for it", () -> Files.exists(folder.resolve(PREFIX + id + SUFFIX)));
  }

  /** The ids of all sessions in the folder, sorted. */
  public List<String> ids() {
    return new OwnThread("*")
        .call(
            "listing " + folder,
            () -> {
              if (!Files.exists(folder)) {
                return List.of();
              }
              try (Stream<Path> files = Files.list(folder)) {
                return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
              }
            });
  }

  /**
   * Deletes a session and all that was said in it.
   *
   * @return whether there was one
   * @throws SessionException when it is open
   */
  public boolean delete(String id) {
    requireId(id);
    return new OwnThread(id)
        .call(
            "deleting it",
            () -> {
              if (!Files.exists(folder)) {
                return false;
              }
              var real = folder.toRealPath();
              try (var lock = SessionLock.take(real, PREFIX + id + ".lock", id, disk)) {
                boolean wasThere = Files.deleteIfExists(real.resolve(PREFIX + id + SUFFIX));
                disk.syncFolder(real);
                return wasThere;
              }
            });
  }

  private static void requireId(String id) {
    if (!ID.matcher(id).matches()) {
      var shown = id.length() > 80 ? id.substring(0, 80) + "..." : id;
      throw new SessionException(
          Problem.INVALID_ID,
          "\"%s\" is no id of a session: use 1 to 64 letters, digits, underscores and hyphens"
              .formatted(shown.replaceAll("[^ -~]", "?")),
          null);
    }
  }

  /** Names the folder. */
  @Override
  public String toString() {
    return "FileSessionStore[" + folder + "]";
  }
}
