package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The directory that a family of tools is confined to.
 *
 * @param real where it really is; the path itself may have been a link, the caller chose it
 */
record Root(Path real) {
  static Root of(Path path) {
    try {
      var real = path.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new IllegalArgumentException("the root " + path + " is not a directory");
      }
      try (var stream = Files.newDirectoryStream(real)) {
        if (!(stream instanceof java.nio.file.SecureDirectoryStream<Path>)) {
          throw new IllegalArgumentException(
              "the file system of the root "
                  + path
                  + " has no directory handles (SecureDirectoryStream), without which nothing can"
                  + " be confined to it; use a local directory on Linux");
        }
      }
      return new Root(real);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("the root " + path + " does not exist", e);
    } catch (IOException e) {
      throw new UncheckedIOException("the root " + path + " cannot be opened", e);
    }
  }

  RelativePath path(String text) throws ToolFailure {
    return RelativePath.parse(text, real.getFileSystem());
  }

  /** Opens a directory by walking to it, name by name. */
  Directory openDirectory(RelativePath path) throws ToolFailure {
    var directory = open();
    for (int i = 0; i < path.names().size(); i++) {
      try (var parent = directory) {
        var here = path.first(i + 1);
        directory = child(parent, here);
      } catch (IOException e) {
        throw Unreadable.of(path.first(i + 1), e);
      }
    }
    return directory;
  }

  @SuppressWarnings("StreamResourceLeak") // the caller closes the directory
  Directory open() throws ToolFailure {
    try {
      return Directory.of(Files.newDirectoryStream(real));
    } catch (IOException e) {
      throw new ToolFailure("The root cannot be opened: " + Unreadable.reason(e) + ".", e);
    }
  }

  static Directory child(Directory parent, RelativePath path) throws IOException, ToolFailure {
    var attributes = attributes(parent, path);
    if (!attributes.isDirectory()) {
      throw Unreadable.noDirectory(path);
    }
    return parent.openDirectory(path.last(), attributes);
  }

  /** What the entry is, if it is there and no link. */
  static BasicFileAttributes attributes(Directory parent, RelativePath path)
      throws IOException, ToolFailure {
    BasicFileAttributes attributes;
    try {
      attributes = parent.attributes(path.last());
    } catch (NoSuchFileException e) {
      throw Unreadable.missing(path);
    }
    if (attributes.isSymbolicLink()) {
      throw Unreadable.link(path);
    }
    return attributes;
  }

  /**
   * Makes a directory. The JDK makes none by handle, so it is made in the root, whose own path is
   * not the model's to choose, under a name that nobody can know, and moved by handles to its
   * place. Whatever is moved there is looked at again by who opens it.
   */
  void makeDirectory(Directory parent, Path name) throws IOException, ToolFailure {
    var made = TemporaryName.in(real.getFileSystem());
    Files.createDirectory(real.resolve(made));
    try (var top = open()) {
      top.move(made, parent, name);
    } finally {
      Files.deleteIfExists(real.resolve(made));
    }
  }

  /** Opens a regular file by walking to its directory. */
  OpenFile openFile(RelativePath path) throws ToolFailure {
    if (path.isRoot()) {
      throw Unreadable.directory(path);
    }
    try (var parent = openDirectory(path.parent())) {
      var attributes = attributes(parent, path);
      if (attributes.isDirectory()) {
        throw Unreadable.directory(path);
      }
      if (!attributes.isRegularFile()) {
        throw Unreadable.special(path);
      }
      return new OpenFile(parent.openFile(path.last(), attributes), attributes.size());
    } catch (IOException e) {
      throw Unreadable.of(path, e);
    }
  }
}
