package dev.millrace.tools.files;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * A name in a directory, where something may be written. As long as it is open no other write of
 * the same tools goes on. For one thread, that which opened it.
 *
 * @param directory the handle of the directory, which no link can bend any more
 * @param path for the model, and the name
 * @param lock held
 */
record Place(Directory directory, RelativePath path, Lock lock) implements AutoCloseable {
  private static final int PIECE = 1 << 20;
  private static final Set<PosixFilePermission> NEW_FILE =
      PosixFilePermissions.fromString("rw-rw-rw-");
  private static final Set<PosixFilePermission> WRITES =
      Set.of(OWNER_WRITE, GROUP_WRITE, OTHERS_WRITE);

  Path name() {
    return path.last();
  }

  /** What is there, whatever it is; empty when nothing is. */
  Optional<PosixFileAttributes> seen() throws IOException {
    try {
      return Optional.of(directory.posixAttributes(name()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the file that is there; empty when nothing is.
   *
   * @throws ToolFailure when it is no regular file, is too large, or nobody may write it
   */
  Optional<Snapshot> read(FileLimits limits, Budget budget) throws IOException, ToolFailure {
    var seen = seen();
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    var attributes = seen.get();
    refuseAllButFiles(attributes);
    if (attributes.size() > limits.fileBytes()) {
      throw Unwritable.tooLarge(path, attributes.size(), limits.fileBytes());
    }
    try (var channel = directory.openFile(name(), attributes)) {
      return Optional.of(new Snapshot(content(channel, attributes.size(), budget), attributes));
    }
  }

  private void refuseAllButFiles(PosixFileAttributes attributes) throws ToolFailure {
    if (attributes.isSymbolicLink()) {
      throw Unreadable.link(path);
    }
    if (attributes.isDirectory()) {
      throw Unreadable.directory(path);
    }
    if (!attributes.isRegularFile()) {
      throw Unreadable.special(path);
    }
    if (Collections.disjoint(attributes.permissions(), WRITES)) {
      throw Unwritable.readOnly(path);
    }
  }

  private byte[] content(SeekableByteChannel channel, long size, Budget budget)
      throws IOException, ToolFailure {
    var bytes = ByteBuffer.allocate(Math.toIntExact(size));
    while (bytes.hasRemaining()) {
      if (!budget.hasTime()) {
        throw Unwritable.tooSlow(path);
      }
      int end = Math.min(bytes.capacity(), bytes.position() + PIECE);
      if (channel.read(bytes.limit(end)) < 0) {
        throw Unwritable.changedMeanwhile(path);
      }
      bytes.limit(bytes.capacity());
    }
    return bytes.array();
  }

  /**
   * Puts a whole content in place of what was read: it is written beside it, forced to the disk,
   * and moved over it. Whoever reads the name sees the old content or the new one.
   *
   * @param before empty when nothing was there
   * @throws ToolFailure when what is there is not what was read any more
   */
  void write(byte[] content, Optional<Snapshot> before) throws IOException, ToolFailure {
    var temporary = TemporaryName.in(name().getFileSystem());
    var mode = before.map(was -> was.attributes().permissions());
    try {
      fill(directory.createFile(temporary, mode.orElse(NEW_FILE)), content);
      if (mode.isPresent()) {
        directory.setMode(temporary, mode.get());
      }
      refuseChange(before);
      directory.move(temporary, directory, name());
    } catch (Throwable e) {
      discard(temporary, e);
      throw e;
    }
  }

  private void discard(Path temporary, Throwable reason) {
    try {
      directory.deleteFile(temporary);
    } catch (NoSuchFileException e) {
      // It was never made.
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static void fill(SeekableByteChannel channel, byte[] content) throws IOException {
    try (channel) {
      var bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        int end = Math.min(content.length, bytes.position() + PIECE);
        channel.write(bytes.limit(end));
        bytes.limit(content.length);
      }
      if (channel instanceof FileChannel file) {
        file.force(true);
      }
    }
  }

  private void refuseChange(Optional<Snapshot> before) throws IOException, ToolFailure {
    var now = seen();
    boolean isSame =
        before.isPresent() ? now.isPresent() && before.get().isStill(now.get()) : now.isEmpty();
    if (!isSame) {
      throw Unwritable.changedMeanwhile(path);
    }
  }

  @Override
  public void close() throws IOException {
    try (var closed = directory) {
      lock.unlock();
    }
  }
}
