package dev.millrace.tools.files;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.files.Workspace.Missing;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * The last changes that {@link FileTools#all(java.nio.file.Path, FileChanges)} have made, in
 * memory, so that they can be taken back one by one. At most 100 changes and 64 MiB are kept; the
 * oldest are forgotten. Thread-safe.
 */
public final class FileChanges {
  private static final int MOST_CHANGES = 100;
  private static final long MOST_BYTES = 64L << 20;

  private final Deque<Change> changes = new ArrayDeque<>();
  private long bytes;

  /** What a file was and became; it was not there when there is nothing before. */
  private record Change(
      Workspace workspace, RelativePath path, Optional<byte[]> before, byte[] after) {
    long size() {
      return before.map(content -> content.length).orElse(0) + (long) after.length;
    }
  }

  /** Nothing was changed yet. */
  public FileChanges() {}

  synchronized void made(
      Workspace workspace, RelativePath path, Optional<byte[]> before, byte[] after) {
    var change = new Change(workspace, path, before, after);
    changes.addLast(change);
    bytes += change.size();
    while (changes.size() > MOST_CHANGES || (bytes > MOST_BYTES && !changes.isEmpty())) {
      bytes -= changes.removeFirst().size();
    }
  }

  /**
   * Takes the last change back: the file is again what it was, or gone when it was made. A file
   * that has changed since is left alone, and the change stays the last one.
   *
   * @return the file, relative to the root and printable; empty when there is nothing to take back
   * @throws ToolFailure with what stood in the way
   */
  public synchronized Optional<String> undo() throws ToolFailure {
    if (changes.isEmpty()) {
      return Optional.empty();
    }
    var last = changes.getLast();
    putBack(last);
    changes.removeLast();
    bytes -= last.size();
    return Optional.of(last.path().toString());
  }

  private static void putBack(Change change) throws ToolFailure {
    var path = change.path();
    var limits = change.workspace().limits();
    try (var place = change.workspace().open(path, Missing.REFUSED)) {
      var now = place.read(limits, new Budget(limits, CancelSignal.NEVER));
      if (now.isEmpty() || !Arrays.equals(now.get().bytes(), change.after())) {
        throw new ToolFailure("\"" + path + "\" has changed since, so it was left as it is.");
      }
      if (change.before().isPresent()) {
        place.write(change.before().get(), now);
      } else {
        place.directory().deleteFile(place.name());
      }
    } catch (IOException e) {
      throw Unwritable.of(path, e);
    }
  }
}
