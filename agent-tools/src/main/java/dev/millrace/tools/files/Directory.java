package dev.millrace.tools.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory held by its handle: it stays the same directory whatever becomes of its name. For one
 * thread.
 */
record Directory(SecureDirectoryStream<Path> handle) implements AutoCloseable {
  /** The names in it, in no order; may be asked for once. */
  Iterator<Path> names() {
    return handle.iterator();
  }

  /** What the entry is; of a link, the link itself. */
  BasicFileAttributes attributes(Path name) throws IOException {
    return handle
        .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  /**
   * Opens an entry that was seen to be a directory. It is opened as what it names itself, {@code
   * name/.}, which fails for all but directories before anything is opened: over a file that took
   * the place of a directory the JDK (25 and before) leaks one handle and closes another one twice,
   * which may be somebody else's by then. A link in its place would be followed, so what was opened
   * must be what was seen, and lie here.
   */
  Directory openDirectory(Path name, BasicFileAttributes seen) throws IOException {
    if (!seen.isDirectory()) {
      throw new IllegalArgumentException("not a directory: " + name);
    }
    var self = name.getFileSystem().getPath(".");
    DirectoryStream<Path> stream = handle.newDirectoryStream(name.resolve(self), NOFOLLOW_LINKS);
    var opened = of(stream);
    try {
      if (!Objects.equals(opened.key(self), seen.fileKey())
          || !Objects.equals(opened.key(self.resolve("..")), key(self))) {
        throw exchanged(name);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private @Nullable Object key(Path name) throws IOException {
    return attributes(name).fileKey();
  }

  private static FileSystemException exchanged(Path name) {
    return new FileSystemException(
        name.toString(), null, "it was exchanged while it was opened; try again");
  }

  /**
   * Opens an entry that was seen to be a regular file. It is looked at again once it is open, so
   * that nothing is read when it was exchanged in between.
   */
  SeekableByteChannel openFile(Path name, BasicFileAttributes seen) throws IOException {
    if (!seen.isRegularFile()) {
      throw new IllegalArgumentException("not a regular file: " + name);
    }
    var channel = handle.newByteChannel(name, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS));
    try {
      var now = attributes(name);
      if (!now.isRegularFile() || !Objects.equals(now.fileKey(), seen.fileKey())) {
        throw exchanged(name);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What the entry is and who may do what with it; of a link, the link itself. */
  PosixFileAttributes posixAttributes(Path name) throws IOException {
    return handle
        .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** Whether there is an entry of that name, of whatever kind. */
  boolean has(Path name) throws IOException {
    try {
      attributes(name);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Makes a file that is not there yet and opens it for writing; the umask is left to work. */
  SeekableByteChannel createFile(Path name, Set<PosixFilePermission> mode) throws IOException {
    return handle.newByteChannel(
        name,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(mode));
  }

  /** Gives a file that was just made the mode that the umask has kept from it. */
  void setMode(Path name, Set<PosixFilePermission> mode) throws IOException {
    var now = posixAttributes(name);
    if (now.isRegularFile() && !now.permissions().equals(mode)) {
      handle
          .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
          .setPermissions(mode);
    }
  }

  /** Moves an entry, itself and not what a link points to, over whatever file has that name. */
  void move(Path name, Directory target, Path targetName) throws IOException {
    handle.move(name, target.handle, targetName);
  }

  void deleteFile(Path name) throws IOException {
    handle.deleteFile(name);
  }

  void deleteDirectory(Path name) throws IOException {
    handle.deleteDirectory(name);
  }

  /** The directory of a stream, which must be a handle. */
  static Directory of(DirectoryStream<Path> stream) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> handle) {
      return new Directory(handle);
    }
    stream.close();
    throw new FileSystemException(null, null, "its directories cannot be held by handles");
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
