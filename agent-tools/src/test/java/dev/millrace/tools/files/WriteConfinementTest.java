package dev.millrace.tools.files;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outside the root is ever written: judged by what is on the disk, not by the answer. */
@Timeout(60)
class WriteConfinementTest {
  private static final String SECRET = "the-secret-outside";

  @TempDir Path temporary;
  private Path root;
  private Path outside;
  private FileCalls calls;
  private Map<String, String> before;

  @BeforeEach
  void plant() throws IOException {
    root = Files.createDirectories(temporary.resolve("app"));
    outside = Files.createDirectories(temporary.resolve("app-secret"));
    Files.writeString(outside.resolve("x"), SECRET);
    Files.createDirectories(root.resolve("dir"));
    Files.writeString(root.resolve("dir/inside.txt"), "inside");
    calls = FileCalls.writing(root);
    before = everythingOutside();
  }

  @AfterEach
  void nothingOutsideHasChanged() throws IOException {
    assertThat(everythingOutside()).isEqualTo(before);
    try (var paths = Files.walk(root)) {
      assertThat(paths)
          .as("temporary files")
          .noneMatch(path -> path.getFileName().toString().startsWith(".millrace-"));
    }
  }

  private Map<String, String> everythingOutside() throws IOException {
    var everything = new TreeMap<String, String>();
    try (var paths = Files.walk(temporary)) {
      for (var path : paths.filter(path -> !path.startsWith(root)).toList()) {
        var attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean isFile = attributes.isRegularFile();
        everything.put(
            path.toString(),
            attributes.fileKey()
                + (isFile ? attributes.lastModifiedTime() + Files.readString(path) : ""));
      }
    }
    return everything;
  }

  /** All that the tools say of a path; each must refuse it. */
  private void assertRefused(String path) {
    for (var answer : answers(path)) {
      assertThat(answer.isRefused().text())
          .doesNotContain(SECRET, temporary.toString(), "root:x:0");
    }
  }

  private List<Answer> answers(String path) {
    return List.of(
        calls.write(path, "evil"),
        calls.call("write_file", "path", path, "content", "evil", "version", "0123456789ab"),
        calls.edits(
            path,
            Version.of(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            FileCalls.edit(SECRET, "evil")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "../app-secret/x",
        "../app-secret/new",
        "../new/new",
        "../app/dir/inside.txt",
        "dir/../../app-secret/x",
        "./../app-secret/x",
        "/etc/passwd",
        "//etc/passwd",
        "/",
        "~/.ssh/authorized_keys",
        "file:///etc/passwd",
        "\\\\host\\share\\x",
        "C:\\x",
        "C:/x",
        "dir\\..\\..\\app-secret\\x",
        "dir/inside.txt\u0000.png",
        "dir\n/inside.txt",
        ".",
        "",
        "dir",
        "dir/"
      })
  @Tag("C08")
  void refusesWhatIsNoFileBelowTheRoot(String path) throws IOException {
    assertRefused(path);
    assertThat(root.resolve("dir/inside.txt")).hasContent("inside");
    try (var names = Files.list(root)) {
      assertThat(names).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"~x", "...", "%2e%2e/app-secret", "\uff0e\uff0e/x", "$HOME", "`id`", "-rf", "a:b"})
  void aNameThatIsOnlyStrangeIsAFileBelowTheRoot(String path) {
    calls.write(path, "fine").isFine();
    assertThat(root.resolve(path)).hasContent("fine");
  }

  @Test
  void refusesNamesAndPathsThatAreTooLong() {
    assertRefused("x".repeat(300));
    assertRefused("x/".repeat(2_000) + "x".repeat(300));
    assertRefused("x/".repeat(10_000) + "x");
  }

  @Test
  void writesThroughNoLink() throws IOException {
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
            "to-dir/new",
            "to-dir/new/new",
            "relative/x",
            "relative/new",
            "chain/x",
            "chain",
            "proc" + outside + "/x",
            "proc" + outside + "/new",
            "dangling",
            "dangling/x",
            "loop",
            "loop/x",
            "to-inside",
            "to-inside/inside.txt",
            "to-inside/new")) {
      assertRefused(link);
      assertThat(calls.write(link, "evil").text())
          .contains("is a symbolic link, and links are not followed");
    }
    assertThat(Files.readSymbolicLink(root.resolve("dangling"))).isEqualTo(outside.resolve("new"));
    assertThat(root.resolve("dir")).isDirectoryNotContaining("glob:**new");
  }

  @Test
  void aHardLinkToTheOutsideIsParted() throws IOException {
    Files.createLink(root.resolve("hard"), outside.resolve("x"));
    calls.edit("hard", SECRET, "mine").isFine();
    assertThat(root.resolve("hard")).hasContent("mine");
    assertThat(outside.resolve("x")).hasContent(SECRET);
    before = everythingOutside();
  }

  @Test
  void doesNotHangOnAPipeOrASocket() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
    var mkfifo = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor(20, SECONDS)).isTrue();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
      for (var special : List.of("pipe", "socket")) {
        assertRefused(special);
        assertRefused(special + "/x");
        assertThat(calls.write(special, "x").text()).contains("not a regular file");
      }
    }
  }

  @Test
  void writesToNoDevice() {
    assumeTrue(Files.exists(Path.of("/dev/null")), "needs /dev");
    var devices = FileCalls.writing(Path.of("/dev"));
    for (var device : List.of("null", "zero", "tty")) {
      assertThat(devices.write(device, "x").isRefused().text()).contains("not a regular file");
    }
    assertThat(devices.write("stdout", "x").isRefused().text()).contains("symbolic link");
    assertThat(devices.write("fd/1", "x").isRefused().text()).contains("symbolic link");
  }

  @Test
  void aSparseTerabyteIsRefusedAtOnce() throws IOException {
    try (var file = new RandomAccessFile(root.resolve("sparse").toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertRefused("sparse");
    assertThat(calls.write("sparse", "x").text()).contains("1,099,511,627,776 bytes");
    assertThat(root.resolve("sparse")).hasSize(1L << 40);
  }

  @Test
  void makesAndKeepsManyLevelsWithinALongPath() {
    var path = "d/".repeat(400) + "x";
    calls.write(path, "deep").isFine();
    assertThat(calls.read(path).isFine().text()).contains("deep");
    calls.edit(path, "deep", "deeper").isFine();
    assertThat(calls.read(path).isFine().text()).contains("deeper");
  }

  @Test
  void saysThatPermissionIsDenied() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write everywhere");
    assertThat(root.resolve("dir").toFile().setWritable(false)).isTrue();
    assertThat(calls.write("dir/x", "x").isRefused().text()).contains("permission denied");
    assertThat(root.resolve("dir").toFile().setWritable(true)).isTrue();
  }

  @Test
  void aRootThatIsGoneIsAFailureForTheModel() throws IOException {
    Files.delete(root.resolve("dir/inside.txt"));
    Files.delete(root.resolve("dir"));
    Files.delete(root);
    assertThat(calls.write("x", "x").isRefused().text()).contains("The root cannot be opened");
    Files.createDirectory(root);
  }
}
