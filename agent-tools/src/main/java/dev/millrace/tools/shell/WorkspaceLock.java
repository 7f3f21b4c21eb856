package dev.millrace.tools.shell;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells whether a command runs in a workspace, also one of another process. Each sandbox holds the
 * lock together with the others as long as it lives, by its first process; whoever wants to change
 * what sandboxes rely on must have the lock alone. A sandbox that was being set up meanwhile finds
 * that out after it has the lock, and does not begin.
 *
 * @param file empty, in a directory of this user alone, never removed
 */
record WorkspaceLock(Path file) {
  /** The file is open once in this process: closing it anywhere gives up the lock everywhere. */
  private static final ReentrantLock ALONE_IN_THIS_PROCESS = new ReentrantLock();

  private static final Path PLACE = Path.of("/tmp");

  /** What is done while no command runs. */
  interface Change {
    void make() throws IOException;
  }

  /**
   * The lock of a workspace.
   *
   * @throws IOException also when the directory of the locks is not ours
   */
  static WorkspaceLock of(Path workspace) throws IOException {
    var directory = directory(PLACE.toRealPath());
    if (directory.startsWith(workspace)) {
      throw new IOException(
          "the workspace " + workspace + " must not hold " + directory + ", where its lock is");
    }
    return new WorkspaceLock(directory.resolve(hash(workspace.toString())));
  }

  /** Makes the file, which those who clean up /tmp may have removed. */
  void make() throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // It is the one to be used.
    }
  }

  private static Path directory(Path place) throws IOException {
    var user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9_.-]", "_");
    var directory = place.resolve("millrace-shell-" + user);
    var mine = PosixFilePermissions.fromString("rwx------");
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mine));
    } catch (FileAlreadyExistsException e) {
      if (!isMine(directory)
          || !Files.getPosixFilePermissions(directory, NOFOLLOW_LINKS).equals(mine)) {
        throw new IOException(
            directory + " must be a directory of this user that nobody else can open; remove it",
            e);
      }
    }
    return directory;
  }

  private static boolean isMine(Path directory) throws IOException {
    var me = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return Files.isDirectory(directory, NOFOLLOW_LINKS)
        && Files.getAttribute(directory, "unix:uid", NOFOLLOW_LINKS).equals(me);
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Makes the change if no command runs in the workspace, and lets none begin meanwhile. */
  void ifUnused(Change change) throws IOException {
    ALONE_IN_THIS_PROCESS.lock();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      var lock = channel.tryLock();
      if (lock != null) {
        change.make();
      }
    } finally {
      ALONE_IN_THIS_PROCESS.unlock();
    }
  }
}
