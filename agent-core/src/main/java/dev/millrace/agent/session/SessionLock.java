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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a session, held by one process at a time and given back by the operating
 * system when that process dies. It is a lock on a file beside the journal, so that whoever reads
 * or copies the journal cannot lose it.
 */
final class SessionLock implements AutoCloseable {
  /**
   * The files locked by this process. POSIX locks belong to a process, and closing any channel of a
   * locked file gives its lock up, so that a second try within the process must not touch the file.
   */
  private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final Object key;
  private final FileChannel channel;

  private SessionLock(Path file, Object key, FileChannel channel) {
    this.file = file;
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param folder by its real path
   * @throws SessionException when somebody has it
   */
  static SessionLock take(Path folder, String name, String session, Disk disk) throws IOException {
    var file = folder.resolve(name);
    if (!HELD.add(file)) {
      throw busy(session, "this process");
    }
    FileChannel channel = null;
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && HELD.contains(key(file))) {
        throw busy(session, "this process, under another name");
      }
      channel = disk.open(folder, name);
      if (channel.tryLock() == null) {
        throw busy(session, "process " + holder(file));
      }
      channel.truncate(0);
      var pid = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
      var key = key(file);
      HELD.add(key);
      return new SessionLock(file, key, channel);
    } catch (OverlappingFileLockException e) {
      close(file, channel);
      throw busy(session, "this process, through another class loader");
    } catch (IOException | RuntimeException | Error e) {
      close(file, channel);
      throw e;
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

  private static void close(Path file, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(file);
    }
  }

  @Override
  public void close() throws IOException {
    HELD.remove(key);
    close(file, channel);
  }
}
