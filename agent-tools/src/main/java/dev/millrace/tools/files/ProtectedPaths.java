package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the tools that write do not write although it is below their root: files that other programs
 * run or obey without being asked, so that writing them is running code outside of every sandbox.
 * They may be read. They are protected at any depth, also when they do not exist yet, with all that
 * is below them, and under every name that some file system takes for the same: in other case, with
 * dots, spaces or invisible characters added, in other forms of Unicode.
 *
 * <p>Beside what is named here, no file named {@code HEAD} is written, nor anything below a
 * directory that has one: it may be the inside of a Git repository under any name.
 *
 * <p>Not protected is what is run only when somebody asks for it: build files ({@code pom.xml},
 * {@code package.json}, {@code Makefile}) and sources. Whoever builds what a model wrote runs what
 * a model wrote. Immutable and thread-safe.
 */
public final class ProtectedPaths {
  /**
   * Repositories ({@code .git}, {@code .hg}, {@code .svn} and what configures them, {@code
   * .husky}), agents and editors ({@code .mcp.json}, {@code .claude}, {@code .cursor}, {@code
   * .codex}, {@code .gemini}, {@code .vscode}, {@code .idea}, {@code .devcontainer}, the start-up
   * files of Vim, Emacs and debuggers), shells ({@code .bashrc}, {@code .profile} and their like,
   * {@code .envrc}, {@code .inputrc}), and what holds keys or says where code comes from ({@code
   * .ssh}, {@code .gnupg}, {@code .netrc}, {@code .npmrc}, {@code .yarnrc}, {@code .pypirc}).
   */
  public static final ProtectedPaths DEFAULT =
      new ProtectedPaths(
          List.of(
              "{.git,git~1,.gitconfig,.gitmodules,.hg,.hgrc,.svn,.husky}",
              "{.mcp.json,.claude,.claude.json,.cursor,.codex,.gemini}",
              "{.vscode,.idea,.devcontainer,.vimrc,.gvimrc,.exrc,.nvimrc,.emacs,.emacs.d}",
              "{.dir-locals.el,.gdbinit,.lldbinit}",
              "{.bashrc,.bash_profile,.bash_login,.bash_logout,.bash_aliases,.profile,.login}",
              "{.zshrc,.zshenv,.zprofile,.zlogin,.zlogout,.kshrc,.cshrc,.tcshrc,.logout,.inputrc}",
              "{.envrc,.ssh,.gnupg,.netrc,.npmrc,.yarnrc,.yarnrc.yml,.pypirc}"));

  static final String REPOSITORY = "HEAD";

  private final List<String> globs;
  private final List<Glob> parsed;

  private ProtectedPaths(List<String> globs) {
    this.globs = List.copyOf(globs);
    this.parsed = this.globs.stream().map(ProtectedPaths::parse).toList();
  }

  private static Glob parse(String glob) {
    try {
      return Glob.parse(Optional.of(Spelling.ofGlob(glob)));
    } catch (ToolFailure e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * These and further ones, such as the settings and sessions of the program that uses the tools.
   *
   * @param globs without a slash a name at any depth, with one a path from the root; {@code *},
   *     {@code ?}, {@code **}, {@code [a-z]} and {@code {a,b}} are known; what is below a directory
   *     that matches is protected too
   * @throws IllegalArgumentException when one is no glob
   */
  public ProtectedPaths and(String... globs) {
    var all = new ArrayList<>(this.globs);
    all.addAll(List.of(globs));
    return new ProtectedPaths(all);
  }

  /** Throws when the path, or a directory on the way to it, is protected. */
  void refuse(RelativePath path) throws ToolFailure {
    var folded = new StringBuilder();
    for (int i = 1; i <= path.names().size(); i++) {
      folded.append(i == 1 ? "" : "/").append(Spelling.ofName(path.first(i).last().toString()));
      var here = folded.toString();
      if (parsed.stream().anyMatch(glob -> glob.matches(here))) {
        throw Unwritable.isProtected(path, path.first(i));
      }
    }
    if (Spelling.ofName(path.last().toString()).equals(Spelling.ofName(REPOSITORY))) {
      throw Unwritable.isProtected(path, path);
    }
  }

  /** The globs, in order. */
  @Override
  public String toString() {
    return String.join(" ", globs);
  }
}
