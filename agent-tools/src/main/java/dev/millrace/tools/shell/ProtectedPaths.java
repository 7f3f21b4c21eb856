package dev.millrace.tools.shell;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The paths of a workspace that commands cannot write. Each becomes a mount that is read-only, and
 * so does each directory above it become a mount, which cannot be renamed.
 *
 * <p>A mount needs something to be mounted on. Where a path does not exist, an empty directory is
 * made for the time of the commands: git does not see it, whether the path would be a file or a
 * directory makes no difference to its not being writable, and removing it can destroy nothing. Its
 * odd permissions tell it from the directories of others, also after a crash.
 */
record ProtectedPaths(Path workspace, List<String> paths, WorkspaceLock lock) {
  private static final Set<PosixFilePermission> PLACEHOLDER =
      PosixFilePermissions.fromString("rwx-----x");
  private static final Set<PosixFilePermission> MADE_BY_BUBBLEWRAP =
      PosixFilePermissions.fromString("rwxr-xr-x");

  /**
   * A path and how it is mounted.
   *
   * @param isProtected read-only; else it is a directory above one that is
   * @param isPlaceholder made to be mounted on, by this command or another one
   */
  record Mount(Path path, boolean isProtected, boolean isPlaceholder) {}

  /**
   * Makes what is missing.
   *
   * @return in the order in which they must be mounted
   * @throws IOException also when a path is a symbolic link: the link itself cannot be protected
   */
  List<Mount> prepare() throws IOException {
    var mounts = new TreeMap<Path, Boolean>();
    for (var path : paths) {
      prepare(Path.of(path), mounts);
    }
    var all = new ArrayList<Mount>();
    for (var mount : mounts.entrySet()) {
      all.add(new Mount(mount.getKey(), mount.getValue(), isPlaceholder(mount.getKey())));
    }
    return all;
  }

  private void prepare(Path relative, Map<Path, Boolean> mounts) throws IOException {
    for (int names = 1; names <= relative.getNameCount(); names++) {
      var path = workspace.resolve(relative.subpath(0, names));
      var attributes = existing(path);
      if (attributes.isSymbolicLink()) {
        throw new IOException(
            "\""
                + relative.subpath(0, names)
                + "\" is a symbolic link, which cannot be protected; put the file itself there, or"
                + " take it from the protected paths");
      }
      boolean isLast = names == relative.getNameCount() || !attributes.isDirectory();
      mounts.merge(path, isLast, Boolean::logicalOr);
      if (isLast) {
        return;
      }
    }
  }

  private static BasicFileAttributes existing(Path path) throws IOException {
    try {
      return attributes(path);
    } catch (NoSuchFileException missing) {
      try {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PLACEHOLDER);
      } catch (FileAlreadyExistsException e) {
        // Another command has made it in the meantime, which is as good.
      }
      return attributes(path);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
  }

  /**
   * Removes the placeholders, unless another command still runs in this workspace: then they
   * protect it, and the last command removes them.
   *
   * @param mounts those of the command that has ended
   */
  void cleanUp(List<Mount> mounts) throws IOException {
    for (var mount : mounts) {
      if (mount.isPlaceholder()) {
        markAgain(mount.path());
      }
    }
    lock.ifUnused(() -> {
      for (var path : paths) {
        removePlaceholders(Path.of(path));
      }
    });
  }

  private void removePlaceholders(Path relative) throws IOException {
    for (int names = relative.getNameCount(); names > 0; names--) {
      var path = workspace.resolve(relative.subpath(0, names));
      if (isPlaceholder(path)) {
        removeIfEmpty(path);
      }
    }
  }

  /**
   * Bubblewrap itself makes a directory that another command removed at the moment when it was to
   * be mounted on, and marks it as nobody's.
   */
  private static void markAgain(Path path) throws IOException {
    try {
      if (hasPermissions(path, MADE_BY_BUBBLEWRAP) && isEmpty(path)) {
        Files.setPosixFilePermissions(path, PLACEHOLDER);
      }
    } catch (NoSuchFileException e) {
      // Another command has removed it, which is what it is marked for.
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  private static boolean isPlaceholder(Path path) throws IOException {
    return hasPermissions(path, PLACEHOLDER);
  }

  private static boolean hasPermissions(Path path, Set<PosixFilePermission> permissions)
      throws IOException {
    return Files.isDirectory(path, NOFOLLOW_LINKS)
        && Files.getPosixFilePermissions(path, NOFOLLOW_LINKS).equals(permissions);
  }

  private static void removeIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // The command has put something beside the protected path: that is its work, and stays.
    }
  }
}
