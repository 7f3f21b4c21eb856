package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What other programs trust in a workspace cannot be written, and nothing is left behind of that.
 */
class ProtectedPathsTest {
  @TempDir Path workspace;

  private List<String> names() throws IOException {
    try (var names = Files.walk(workspace)) {
      return names.skip(1).map(name -> workspace.relativize(name).toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git/hooks/pre-commit",
        ".git/config",
        ".git/commondir",
        ".mcp.json",
        ".claude/settings.json",
        ".envrc",
        ".bashrc",
        ".profile",
        ".zshenv"
      })
  void whatDoesNotExistYetCannotBeMade(String path) throws IOException {
    var shell = Shells.in(workspace);
    var answer =
        shell.run(
            "mkdir -p $(dirname PATH); echo bad > PATH; rm -rf PATH; ln -s /tmp PATH; cp /dev/null PATH"
                .replace("PATH", path));
    assertThat(answer.isFine().text()).contains("exit code 1");
    assertThat(names()).isEmpty();
  }

  @Test
  void whatExistsIsReadAndNotWritten() throws IOException {
    Files.createDirectories(workspace.resolve(".git/hooks"));
    Files.writeString(workspace.resolve(".git/config"), "[core]\n");
    Files.writeString(workspace.resolve(".envrc"), "use nix\n");
    var before = names();
    var text =
        Shells.in(workspace)
            .run(
                """
                cat .git/config .envrc
                echo bad >> .envrc; sed -i s/nix/bad/ .envrc; chmod 777 .envrc; mv .envrc x
                touch .git/hooks/post-checkout .git/commondir; git config core.fsmonitor bad
                python3 -c 'import os; os.truncate(".envrc", 0)'
                """)
            .text();
    assertThat(text).startsWith("[core]\nuse nix\n");
    assertThat(names()).isEqualTo(before);
    assertThat(workspace.resolve(".envrc")).hasContent("use nix\n");
    assertThat(workspace.resolve(".git/config")).hasContent("[core]\n");
  }

  @Test
  void aParentCannotBeRenamedAndReplaced() throws IOException {
    Files.createDirectories(workspace.resolve(".git"));
    Files.createDirectories(workspace.resolve("a/b"));
    var shell = Shells.in(workspace, ShellSettings.DEFAULT.protecting("a/b/c", "new/d/e"));
    shell.run("mv .git .git2; mkdir -p .git/hooks; echo bad > .git/hooks/pre-commit");
    shell.run("mv a a2; mkdir -p a/b/c; echo bad > a/b/c/x; mv a/b a/b2; mkdir -p a/b/c");
    shell.run("mv new new2; mv new/d new/d2; mkdir -p new/d/e; echo bad > new/d/e/x");
    assertThat(names()).containsExactly(".git", "a", "a/b");
  }

  @Test
  void whatLiesBesideAProtectedPathIsFree() throws IOException {
    Files.createDirectories(workspace.resolve("conf"));
    var shell = Shells.in(workspace, ShellSettings.DEFAULT.protecting("conf/trusted"));
    shell.run("echo ok > conf/free; echo bad > conf/trusted; mkdir sub; echo ok > sub/.envrc");
    assertThat(names()).containsExactly("conf", "conf/free", "sub", "sub/.envrc");
  }

  @Test
  void gitReadsARepositoryAndSeesNothingOfTheProtection() throws Exception {
    Files.writeString(workspace.resolve("a.txt"), "one\n");
    for (var arguments :
        List.of("init -q", "add a.txt", "-c user.name=a -c user.email=a@b commit -qm first")) {
      var git = new ArrayList<>(List.of("git"));
      git.addAll(List.of(arguments.split(" ")));
      assertThat(
              new ProcessBuilder(git).directory(workspace.toFile()).inheritIO().start().waitFor())
          .isZero();
    }
    var shell = Shells.in(workspace);
    var text =
        shell.run("echo two >> a.txt; git status --short; git log --format=%s; git diff").text();
    assertThat(text).startsWith(" M a.txt\nfirst\n").contains("+two").endsWith("[exit code 0]");
    assertThat(shell.run("git commit -qam bad").text()).contains("Read-only file system");
  }

  @Test
  void aLinkInThePlaceOfAProtectedPathIsRefused() throws IOException {
    Shells.assumeBubblewrap();
    Files.createSymbolicLink(workspace.resolve(".envrc"), Path.of("elsewhere"));
    assertThatThrownBy(() -> Shell.sandboxed(workspace))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\".envrc\" is a symbolic link");
  }

  @Test
  void manyCommandsOfManyShellsKeepEachOthersProtectionAndLeaveNothing() throws Exception {
    Callable<String> attack =
        () ->
            Shells.in(workspace)
                .run("for i in $(seq 30); do echo bad > .envrc; mkdir -p .git/hooks; done; echo ok")
                .text();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var answer : threads.invokeAll(Collections.nCopies(24, attack))) {
        assertThat(answer.get()).contains("ok\n[exit code 0]");
      }
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void placeholdersOfACrashAreRemovedByTheNextCommandAndDirectoriesOfOthersAreNot()
      throws IOException {
    var crashed = Files.createDirectory(workspace.resolve(".envrc"));
    Files.setPosixFilePermissions(crashed, PosixFilePermissions.fromString("rwx-----x"));
    Files.createDirectory(workspace.resolve(".claude"));
    Shells.in(workspace).run("true").isFine();
    assertThat(names()).containsExactly(".claude");
  }
}
