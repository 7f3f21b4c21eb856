package dev.millrace.temporal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/** Keeps values as files in a folder, which may be shared between machines. */
public final class FileBlobStore implements BlobStore {
  private final Path folder;

  private FileBlobStore(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** A store in this folder, which is made when it is missing. */
  public static FileBlobStore in(Path folder) {
    return new FileBlobStore(folder);
  }

  @Override
  public void put(String key, byte[] value) {
    var file = file(key);
    var parent = requireNonNull(file.getParent(), "a key is a file in a folder");
    var temporary = parent.resolve(file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(parent);
      write(temporary, value);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      sync(parent);
    } catch (IOException e) {
      throw new UncheckedIOException("could not keep " + key, e);
    }
  }

  private static void write(Path file, byte[] value) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (var left = ByteBuffer.wrap(value); left.hasRemaining(); ) {
        channel.write(left);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** The new name survives too. */
  private static void sync(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    try {
      return Optional.of(Files.readAllBytes(file(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + key, e);
    }
  }

  @Override
  public void deleteAll(String prefix) {
    var start = folder.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1)).normalize();
    if (!start.startsWith(folder) || !Files.isDirectory(start)) {
      return;
    }
    try (var files = Files.walk(start)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (folder.relativize(file).toString().replace('\\', '/').startsWith(prefix)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not delete " + prefix, e);
    }
  }

  private Path file(String key) {
    var file = folder.resolve(key).normalize();
    if (!key.matches("[A-Za-z0-9_./-]+") || !file.startsWith(folder) || file.equals(folder)) {
      throw new IllegalArgumentException("\"" + key + "\" is no key of a value");
    }
    return file;
  }
}
