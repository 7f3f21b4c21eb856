package dev.millrace.tools.files;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outside the root is ever told, and nothing is opened that is no file. */
@Timeout(60)
class ConfinementTest {
  private static final String SECRET = "the-secret-outside";

  @TempDir Path temporary;
  private Path root;
  private Path outside;
  private FileCalls calls;

  @BeforeEach
  void plant() throws IOException {
    root = Files.createDirectories(temporary.resolve("app"));
    outside = Files.createDirectories(temporary.resolve("app-secret"));
    Files.writeString(outside.resolve("x"), SECRET);
    Files.createDirectories(root.resolve("dir"));
    Files.writeString(root.resolve("dir/inside.txt"), "inside");
    calls = FileCalls.below(root);
  }

  /** All that the tools say of a path; each must refuse it. */
  private void assertRefused(String path) {
    for (var answer : answers(path)) {
      assertHarmless(answer.isRefused());
    }
  }

  private List<Answer> answers(String path) {
    return List.of(
        calls.read(path),
        calls.list(path),
        calls.call("list_files", "path", path, "recursive", true),
        calls.call("search_files", "path", path, "pattern", "."));
  }

  private void assertHarmless(Answer answer) {
    assertThat(answer.text()).doesNotContain(SECRET, temporary.toString(), "root:x:0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "../app-secret/x",
        "../app/dir",
        "dir/../../app-secret/x",
        "dir/..",
        "./../app-secret",
        "dir/./../../app-secret",
        "/etc/passwd",
        "//etc/passwd",
        "/",
        "~",
        "~/.ssh/id_rsa",
        "file:///etc/passwd",
        "file:/etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "\\\\host\\share",
        "C:\\Windows\\win.ini",
        "C:/Windows/win.ini",
        "dir\\..\\..\\app-secret\\x",
        "..\\app-secret\\x",
        "dir/inside.txt\u0000.png",
        "dir\n/inside.txt",
        "dir\r",
        "\u007f",
        "\u0085"
      })
  @Tag("C08")
  void refusesWhatIsNoPathBelowTheRoot(String path) {
    assertRefused(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app-secret/x",
        "...",
        "dir.",
        "dir ",
        " dir",
        "DIR",
        "~root/.bashrc",
        "file:etc",
        "%2e%2e/app-secret/x",
        "..%2fapp-secret",
        "\u2025/x",
        "\uff0e\uff0e/x",
        "dir/inside.txt/..x",
        "$HOME/x",
        "`id`",
        "*",
        "\ud800"
      })
  void knowsNoPathThatIsNotThere(String path) {
    assertRefused(path);
  }

  @Test
  void refusesNamesAndPathsThatAreTooLong() {
    assertRefused("x".repeat(300));
    assertRefused("x/".repeat(2_000) + "x");
    assertRefused("x".repeat(1_000_000));
  }

  @Test
  void aNameIsItsBytes() throws IOException {
    Files.writeString(root.resolve("caf\u00e9"), "composed");
    assertThat(calls.read("caf\u00e9").isFine().text()).contains("composed");
    assertRefused("cafe\u0301");
  }

  @Test
  void aPathMayBeWrittenLooselyWithinTheRoot() {
    for (var path :
        List.of("dir/inside.txt", "./dir/inside.txt", "dir//inside.txt", "dir/./inside.txt")) {
      assertThat(calls.read(path).isFine().text()).startsWith("dir/inside.txt: ");
    }
    for (var path : List.of("", ".", "./", "././")) {
      assertThat(calls.list(path).isFine().text()).isEqualTo(".: 1 entry\ndir/");
    }
  }

  @Test
  void followsNoLink() throws IOException {
    Files.createSymbolicLink(root.resolve("to-file"), outside.resolve("x"));
    Files.createSymbolicLink(root.resolve("to-dir"), outside);
    Files.createSymbolicLink(root.resolve("relative"), Path.of("../app-secret"));
    Files.createSymbolicLink(root.resolve("chain"), Path.of("relative"));
    Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc/self/root"));
    Files.createSymbolicLink(root.resolve("dangling"), outside.resolve("new"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(root.resolve("to-inside"), Path.of("dir"));
    for (var link :
        List.of(
            "to-file",
            "to-dir",
            "to-dir/x",
            "relative/x",
            "chain/x",
            "chain",
            "proc/etc/passwd",
            "proc",
            "dangling",
            "loop",
            "to-inside",
            "to-inside/inside.txt")) {
      assertRefused(link);
      assertThat(calls.read(link).text())
          .contains("is a symbolic link, and links are not followed");
    }
    assertHarmless(calls.call("list_files", "recursive", true).isFine());
    assertThat(calls.search(".").isFine().text())
        .isEqualTo("1 matching line in 1 file (searched 1 file)\ndir/inside.txt:1: inside");
  }

  @Test
  void theRootItselfMayBeALink() throws IOException {
    var link = Files.createSymbolicLink(temporary.resolve("link"), root);
    assertThat(FileCalls.below(link).read("dir/inside.txt").isFine().text()).contains("inside");
  }

  @Test
  void doesNotHangOnAPipeOrASocket() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
    var mkfifo = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor(20, SECONDS)).isTrue();
    assertThat(mkfifo.exitValue()).isZero();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
      for (var special : List.of("pipe", "socket")) {
        assertRefused(special);
        assertRefused(special + "/x");
        assertThat(calls.read(special).text()).contains("not a regular file");
      }
      assertThat(calls.list(".").isFine().text())
          .contains("pipe  (pipe, socket or device)", "socket  (pipe, socket or device)");
      assertThat(calls.search(".").isFine().text()).contains("searched 1 file)");
    }
  }

  @Test
  void doesNotOpenADevice() {
    assumeTrue(Files.exists(Path.of("/dev/zero")), "needs /dev");
    var devices = FileCalls.below(Path.of("/dev"));
    for (var device : List.of("zero", "null", "tty", "random")) {
      assertThat(devices.read(device).isRefused().text()).contains("not a regular file");
    }
    assertThat(devices.read("stdin").isRefused().text()).contains("symbolic link");
    assertThat(devices.read("fd/0").isRefused().text()).contains("symbolic link");
  }

  @Test
  void readsFilesThatHaveNoSizeToTheirEnd() {
    assumeTrue(Files.exists(Path.of("/proc/version")), "needs /proc");
    var proc = FileCalls.below(Path.of("/proc"));
    assertThat(proc.read("version").isFine().text()).contains("Linux");
    assertThat(proc.read("self").isRefused().text()).contains("symbolic link");
    assertThat(proc.read(ProcessHandle.current().pid() + "/mem").isRefused().text())
        .contains("could not be read");
  }

  /** As documented: a hard link is the file itself, which no path can tell. */
  @Test
  void aHardLinkIsAFileOfTheRoot() throws IOException {
    Files.createLink(root.resolve("hard"), outside.resolve("x"));
    assertThat(calls.read("hard").isFine().text()).contains(SECRET);
  }

  @Test
  void saysThatPermissionIsDenied() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may read everything");
    var none = PosixFilePermissions.fromString("---------");
    Files.setPosixFilePermissions(root.resolve("dir/inside.txt"), none);
    assertThat(calls.read("dir/inside.txt").isRefused().text()).contains("permission denied");
    assertThat(calls.search(".").isFine().text())
        .contains("[1 file could not be read: dir/inside.txt (permission denied)]");
  }

  @Test
  void aRootThatCannotBeARootIsRefusedAtOnce() throws IOException {
    assertThatThrownBy(() -> FileTools.readOnly(temporary.resolve("missing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(temporary.resolve("missing") + " does not exist");
    assertThatThrownBy(() -> FileTools.readOnly(outside.resolve("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a directory");
    assertThatThrownBy(() -> FileTools.readOnly(outside.resolve("x/y")))
        .isInstanceOfAny(UncheckedIOException.class, IllegalArgumentException.class)
        .hasMessageContaining("y");
    try (var zip =
        FileSystems.newFileSystem(
            java.net.URI.create("jar:" + temporary.resolve("a.zip").toUri()),
            java.util.Map.of("create", "true"))) {
      assertThatThrownBy(() -> FileTools.readOnly(zip.getPath("/")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no directory handles");
    }
  }

  @Test
  void aRootThatIsGoneLaterIsAFailureForTheModel() throws IOException {
    Files.delete(root.resolve("dir/inside.txt"));
    Files.delete(root.resolve("dir"));
    Files.delete(root);
    assertRefused("dir");
    assertThat(calls.list(".").text()).contains("The root cannot be opened: it is not there");
  }
}
