package dev.millrace.tools.files;

import dev.millrace.agent.tool.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file tools: {@code list_files}, {@code read_file} and {@code search_files}, confined to a
 * root.
 *
 * <pre>{@code
 * var runner = AgentRunner.builder(client, model)
 *     .tools(Toolbox.of(FileTools.readOnly(Path.of("."))))
 *     .build();
 * }</pre>
 *
 * <p>Nothing outside the root is opened: the root is opened once a call, each name of a path from
 * the handle of its parent, and no symbolic link is followed, also none that stays inside. Only
 * regular files are read. So that no other process can turn a name into a link while a call looks
 * at it, nothing is decided by a path as text.
 *
 * <p>Whatever lies below the root can be read by the model: hidden files, files with secrets, hard
 * links to files that also have a name outside, and file systems mounted there. Give it a root that
 * holds what the model may see and nothing else; never {@code /} or a home directory.
 *
 * <p>The tools need a file system whose directories can be handles ({@link
 * java.nio.file.SecureDirectoryStream}: Linux, not Windows). They are immutable, thread-safe, and
 * marked read-only.
 */
public final class FileTools {
  private FileTools() {}

  /**
   * The three tools, with {@link FileLimits#DEFAULT}.
   *
   * @param root an existing directory
   * @throws IllegalArgumentException when the root does not exist, is no directory, or lies in a
   *     file system without directory handles
   * @throws java.io.UncheckedIOException when the root cannot be opened
   */
  public static List<Tool> readOnly(Path root) {
    return readOnly(root, FileLimits.DEFAULT);
  }

  /** The three tools, with these limits; otherwise as {@link #readOnly(Path)}. */
  public static List<Tool> readOnly(Path root, FileLimits limits) {
    return readOnly(Root.of(root), limits);
  }

  private static List<Tool> readOnly(Root root, FileLimits limits) {
    return List.of(
        new ListFiles(root, limits).tool(),
        new ReadFile(root, limits).tool(),
        new SearchFiles(root, limits).tool());
  }

  /**
   * The three tools and {@code edit_file} and {@code write_file}, with {@link FileLimits#DEFAULT}
   * and {@link ProtectedPaths#DEFAULT}; throws as {@link #readOnly(Path)}.
   *
   * @param root an existing directory
   */
  public static List<Tool> all(Path root) {
    return all(root, FileLimits.DEFAULT, ProtectedPaths.DEFAULT);
  }

  /** All tools, with these limits; otherwise as {@link #all(Path)}. */
  public static List<Tool> all(Path root, FileLimits limits) {
    return all(root, limits, ProtectedPaths.DEFAULT);
  }

  /** All tools, which remember their changes; otherwise as {@link #all(Path)}. */
  public static List<Tool> all(Path root, FileChanges changes) {
    return all(root, FileLimits.DEFAULT, ProtectedPaths.DEFAULT, changes);
  }

  /** All tools, with these limits and what must not be written; otherwise as {@link #all(Path)}. */
  public static List<Tool> all(Path root, FileLimits limits, ProtectedPaths protectedPaths) {
    return all(new Workspace(Root.of(root), limits, protectedPaths));
  }

  /** All tools, with all that can be set; otherwise as {@link #all(Path)}. */
  public static List<Tool> all(
      Path root, FileLimits limits, ProtectedPaths protectedPaths, FileChanges changes) {
    return all(new Workspace(Root.of(root), limits, protectedPaths).remembering(changes));
  }

  private static List<Tool> all(Workspace workspace) {
    var tools = new ArrayList<>(readOnly(workspace.root(), workspace.limits()));
    tools.add(new EditFile(workspace).tool());
    tools.add(new WriteFile(workspace).tool());
    return List.copyOf(tools);
  }
}
