package dev.millrace.agent.session;

import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a session, held by one process at a time and given back by the operating
 * system when that process dies. It is a lock on a file beside the journal, so that whoever reads
 * or copies the journal cannot lose it.
 */
final class SessionLock implements AutoCloseable {
  /**
   * The files locked by this process, by path and by file key. POSIX locks belong to a process, and
   * closing any channel of a locked file gives its lock up, so that a second try within the process
   * must not touch the file. Holding the lock here keeps its channel open even when its session is
   * forgotten, so that the file system cannot give the key of its file to another one meanwhile.
   */
  private static final Map<Object, SessionLock> HELD = new ConcurrentHashMap<>();

  private final Path file;
  private @Nullable Object key;
  private @Nullable FileChannel channel;

  private SessionLock(Path file) {
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @param folder by its real path
   * @throws SessionException when somebody has it
   */
  static SessionLock take(Path folder, String name, String session, Disk disk) throws IOException {
    var lock = new SessionLock(folder.resolve(name));
    if (HELD.putIfAbsent(lock.file, lock) != null) {
      throw busy(session, "this process");
    }
    try {
      lock.take(folder, session, disk);
      return lock;
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private void take(Path folder, String session, Disk disk) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && HELD.containsKey(key(file))) {
      throw busy(session, "this process, under another name");
    }
    var opened = disk.open(folder, file.getFileName().toString());
    channel = opened;
    if (!isLocked(opened, session)) {
      throw busy(session, "process " + holder(file));
    }
    opened.truncate(0);
    var pid = Long.toString(ProcessHandle.current().pid());
    opened.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
    var own = key(file);
    key = own;
    HELD.put(own, this);
  }

  private static boolean isLocked(FileChannel channel, String session) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      throw busy(session, "this process, through another class loader");
    }
  }

  /** What a file is, whatever it is called; file systems that cannot tell have no POSIX locks. */
  private static Object key(Path file) throws IOException {
    var attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return Objects.requireNonNullElseGet(attributes.fileKey(), Object::new);
  }

  private static SessionException busy(String session, String holder) {
    return new SessionException(
        Problem.BUSY,
        "session %s is open in %s; close it there, or use another session"
            .formatted(session, holder),
        null);
  }

  private static String holder(Path file) {
    try {
      var pid = Files.readString(file, StandardCharsets.US_ASCII);
      return pid.matches("\\d+") ? pid : "unknown";
    } catch (IOException e) {
      return "unknown"; // where a locked file cannot be read
    }
  }

  /** Gives it back: the key first, since the file is anybody's once the channel is closed. */
  @Override
  public void close() throws IOException {
    if (key != null) {
      HELD.remove(key, this);
    }
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(file, this);
    }
  }
}
