package dev.millrace.agent.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** What a journal asks of the file system; tests let each of it fail. */
class Disk {
  static final Disk REAL = new Disk();

  /** Opens a file for reading and writing that only its owner may see; never through a link. */
  FileChannel open(Path folder, String name) throws IOException {
    var file = folder.resolve(name);
    try {
      return FileChannel.open(
          file,
          Set.of(
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS),
          ownerOnly(folder, "rw-------"));
    } catch (FileAlreadyExistsException e) {
      return FileChannel.open(
          file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Makes a folder that only its owner may enter, its parents too; one that is there stays. */
  void createFolder(Path folder) throws IOException {
    var parent = folder.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(folder)) {
      createFolder(parent);
      Files.createDirectories(folder, ownerOnly(parent, "rwx------"));
      syncFolder(parent);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder, String permissions) {
    return isPosix(folder)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Makes sure that a file which was made in this folder is found after a power loss. */
  void syncFolder(Path folder) throws IOException {
    if (!isPosix(folder)) {
      return; // where a folder cannot be opened
    }
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    for (long at = position; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
  }

  void sync(FileChannel channel) throws IOException {
    channel.force(false);
  }

  void cut(FileChannel channel, long size) throws IOException {
    channel.truncate(size);
  }
}
