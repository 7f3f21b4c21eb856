package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs run or obey is not written, under none of its names, and may be read. */
class ProtectedPathsTest {
  @TempDir Path root;

  private FileCalls calls() {
    return FileCalls.writing(root);
  }

  private List<String> tree() throws IOException {
    try (var paths = Files.walk(root)) {
      return paths.map(path -> root.relativize(path).toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git",
        ".git/config",
        ".git/hooks/pre-commit",
        ".GIT/hooks/pre-commit",
        ".Git/config",
        "a/b/.git/hooks/pre-commit",
        ".git./config",
        ".git /config",
        ".git. . /config",
        ".g\u200cit/config",
        "\ufeff.git/config",
        ".\uff47\uff49\uff54/config",
        ".g\u0131t\u200d/../x",
        "git~1/config",
        "GIT~1/config",
        "./.git/config",
        "a/./.git//config",
        ".gitmodules",
        ".gitconfig",
        ".husky/pre-commit",
        ".hg/hgrc",
        ".mcp.json",
        ".MCP.JSON",
        "sub/.mcp.json",
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".claude/agents/a.md",
        ".vscode/tasks.json",
        ".idea/workspace.xml",
        ".devcontainer/devcontainer.json",
        ".envrc",
        ".bashrc",
        ".ba\u017fhrc",
        ".BashRC",
        ".bash_profile",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".zprofile",
        ".ssh/authorized_keys",
        ".netrc",
        ".npmrc",
        ".vimrc",
        "HEAD",
        "x/HEAD",
        "x/head"
      })
  void isNotWrittenAlsoWhenItIsNotThereYet(String path) throws IOException {
    var answer = calls().write(path, "evil").isRefused().text();
    assertThat(answer).containsAnyOf("is protected, because other programs run", "is refused");
    assertThat(tree()).containsExactly("");
  }

  @ParameterizedTest
  @ValueSource(strings = {".git/config", ".bashrc", "a/.claude/settings.json", ".GIT/x"})
  void isNotChangedWhenItIsThereButMayBeRead(String path) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), "good");
    assertThat(calls().read(path).isFine().text()).contains("good");
    assertThat(calls().replace(path, "evil").isRefused().text()).contains("is protected");
    assertThat(calls().edit(path, "good", "evil").isRefused().text()).contains("is protected");
    assertThat(root.resolve(path)).hasContent("good");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".gitignore",
        ".gitattributes",
        ".github/workflows/ci.yml",
        "git/config",
        "a.git",
        ".bashrc.md",
        "ssh/config",
        "src/head/index.html",
        "overhead",
        "HEAD.md",
        ".env"
      })
  void whatOnlyLooksLikeItIsWritten(String path) {
    calls().write(path, "fine").isFine();
    assertThat(root.resolve(path)).hasContent("fine");
  }

  @Test
  void theInsideOfARepositoryUnderAnotherNameIsNotWritten() throws IOException {
    Files.writeString(root.resolve(".git"), "gitdir: metadata");
    Files.createDirectories(root.resolve("metadata/hooks"));
    Files.createDirectories(root.resolve("metadata/objects"));
    Files.writeString(root.resolve("metadata/HEAD"), "ref: refs/heads/main");
    Files.writeString(root.resolve("metadata/config"), "[core]");
    var before = tree();
    for (var path : List.of("metadata/hooks/pre-commit", "metadata/x", "metadata/new/deep/x")) {
      assertThat(calls().write(path, "evil").isRefused().text())
          .contains("\"metadata\" has an entry HEAD, so it is taken for the inside of a Git");
    }
    calls().edit("metadata/config", "[core]", "[core]\nfsmonitor = evil").isRefused();
    assertThat(tree()).isEqualTo(before);
    assertThat(root.resolve("metadata/config")).hasContent("[core]");
  }

  @Test
  void aLinkNamedHeadMakesARepositoryToo() throws IOException {
    Files.createDirectories(root.resolve("old"));
    Files.createSymbolicLink(root.resolve("old/HEAD"), Path.of("refs/heads/main"));
    calls().write("old/config", "evil").isRefused();
    assertThat(root.resolve("old/config")).doesNotExist();
  }

  @Test
  void furtherPathsMayBeProtected() throws IOException {
    var protectedPaths = ProtectedPaths.DEFAULT.and("sessions", "etc/*", "*.key");
    var calls = FileCalls.writing(root, FileLimits.DEFAULT, protectedPaths);
    for (var path :
        List.of("sessions/1.jsonl", "a/Sessions/x", "etc/x", "etc/x/y", "a.key", "b/A.KEY")) {
      assertThat(calls.write(path, "evil").isRefused().text()).contains("is protected");
    }
    assertThat(tree()).containsExactly("");
    calls.write("a/etc/x", "fine").isFine();
    assertThat(protectedPaths.toString()).contains(".git,").endsWith("sessions etc/* *.key");
  }

  @Test
  void whatIsNoGlobIsRefusedAtOnce() {
    assertThatThrownBy(() -> ProtectedPaths.DEFAULT.and("[a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a \"[\" is not closed");
  }
}
