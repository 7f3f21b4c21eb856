package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A root that may be written below, but for what is protected, by one call at a time.
 *
 * @param changes told what was written, if anybody wants to know
 * @param lock of the tools that share it
 */
record Workspace(
    Root root,
    FileLimits limits,
    ProtectedPaths protectedPaths,
    Optional<FileChanges> changes,
    ReentrantLock lock) {
  Workspace(Root root, FileLimits limits, ProtectedPaths protectedPaths) {
    this(root, limits, protectedPaths, Optional.empty(), new ReentrantLock());
  }

  /** The same, which remembers what was written. */
  Workspace remembering(FileChanges changes) {
    return new Workspace(root, limits, protectedPaths, Optional.of(changes), lock);
  }

  /** Remembers a write; before is empty when the file was made. */
  void wrote(RelativePath path, Optional<Snapshot> before, byte[] after) {
    changes.ifPresent(kept -> kept.made(this, path, before.map(Snapshot::bytes), after));
  }

  /** What becomes of directories on the way that are not there. */
  enum Missing {
    REFUSED,
    MADE
  }

  /**
   * Opens the place that a path names, for writing.
   *
   * @throws ToolFailure when it is the root, is protected, or is not reached
   */
  Place open(RelativePath path, Missing missing) throws ToolFailure {
    if (path.isRoot()) {
      throw Unreadable.directory(path);
    }
    protectedPaths.refuse(path);
    var place = hold(path, missing);
    try {
      refuseRepository(place.directory(), path, path.parent());
      return place;
    } catch (ToolFailure e) {
      try (place) {
        throw e;
      } catch (IOException closing) {
        e.addSuppressed(closing);
        throw e;
      }
    }
  }

  private Place hold(RelativePath path, Missing missing) throws ToolFailure {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Unreadable.cancelled();
    }
    boolean isOpen = false;
    try {
      var place = new Place(walk(path, missing), path, lock);
      isOpen = true;
      return place;
    } finally {
      if (!isOpen) {
        lock.unlock();
      }
    }
  }

  /** To the parent of the path, name by name, each from the handle of the one before. */
  private Directory walk(RelativePath path, Missing missing) throws ToolFailure {
    var directory = root.open();
    for (int i = 1; i < path.names().size(); i++) {
      var here = path.first(i);
      try (var parent = directory) {
        refuseRepository(parent, path, here.parent());
        if (missing == Missing.MADE) {
          makeMissing(parent, here.last());
        }
        directory = Root.child(parent, here);
      } catch (IOException e) {
        throw Unwritable.of(here, e);
      }
    }
    return directory;
  }

  private void makeMissing(Directory parent, Path name) throws IOException, ToolFailure {
    if (!parent.has(name)) {
      try {
        root.makeDirectory(parent, name);
      } catch (FileSystemException e) {
        if (!parent.has(name)) {
          throw e;
        }
        // Somebody else made it meanwhile; what it is will be seen when it is opened.
      }
    }
  }

  /**
   * A directory with a HEAD may be the inside of a repository under any name, reached by a file
   * {@code .git}, and a write into it may be a hook.
   */
  private static void refuseRepository(Directory directory, RelativePath path, RelativePath here)
      throws ToolFailure {
    try {
      if (directory.has(Path.of(ProtectedPaths.REPOSITORY))) {
        throw Unwritable.inRepository(path, here);
      }
    } catch (IOException e) {
      throw Unwritable.of(here, e);
    }
  }
}
