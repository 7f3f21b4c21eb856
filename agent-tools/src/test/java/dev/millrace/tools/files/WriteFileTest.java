package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a write leaves on the disk, and what the model is told of it. */
class WriteFileTest {
  @TempDir Path root;

  private FileCalls calls() {
    return FileCalls.writing(root);
  }

  private String text(String name) throws IOException {
    return Files.readString(root.resolve(name));
  }

  private List<String> names() throws IOException {
    try (var names = Files.list(root)) {
      return names.map(name -> name.getFileName().toString()).sorted().toList();
    }
  }

  private void setMode(String name, String mode) throws IOException {
    Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(mode));
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(name)));
  }

  @Test
  void makesAFileAndTheDirectoriesThatAreMissing() throws IOException {
    assertThat(calls().write("src/main/a.txt", "one\ntwo").isFine().text())
        .isEqualTo("src/main/a.txt: created, 7 bytes, 2 lines, version 21066d108d53");
    assertThat(text("src/main/a.txt")).isEqualTo("one\ntwo");
    assertThat(names()).containsExactly("src");
  }

  @Test
  void makesAnEmptyFile() throws IOException {
    assertThat(calls().write("a", "").isFine().text()).contains("created, 0 bytes, 0 lines");
    assertThat(text("a")).isEmpty();
  }

  @Test
  void aNewFileHasTheModeOfAnyOther() throws IOException {
    Files.writeString(root.resolve("other"), "");
    calls().write("a", "x").isFine();
    assertThat(mode("a")).isEqualTo(mode("other"));
  }

  @Test
  void replacesAFileWhoseVersionIsKnownAndKeepsItsMode() throws IOException {
    for (var mode : List.of("rw-------", "rwxr-xr-x", "rw-rw-rw-", "r--rw-r--")) {
      Files.deleteIfExists(root.resolve("a"));
      Files.writeString(root.resolve("a"), "old");
      setMode("a", mode);
      assertThat(calls().replace("a", "new").isFine().text()).startsWith("a: replaced, 3 bytes");
      assertThat(text("a")).isEqualTo("new");
      assertThat(mode("a")).isEqualTo(mode);
      assertThat(names()).containsExactly("a");
    }
  }

  @Test
  void givesTheVersionThatReadingGives() {
    var version = calls().write("a", "text").isFine().text().replaceAll(".* version ", "");
    assertThat(calls().version("a")).isEqualTo(version);
    calls().call("write_file", "path", "a", "content", "more", "version", version).isFine();
  }

  @Test
  void doesNotReplaceAFileThatWasNotRead() throws IOException {
    Files.writeString(root.resolve("a"), "old");
    assertThat(calls().write("a", "new").isRefused().text())
        .isEqualTo(
            "\"a\" was not written: it exists. To change a part of it use edit_file; to replace all"
                + " of it read it with read_file and give the version that it says.");
    assertThat(text("a")).isEqualTo("old");
  }

  @Test
  void doesNotReplaceAFileThatHasChangedSinceItWasRead() throws IOException {
    Files.writeString(root.resolve("a"), "old");
    var version = calls().version("a");
    Files.writeString(root.resolve("a"), "not");
    assertThat(
            calls()
                .call("write_file", "path", "a", "content", "new", "version", version)
                .isRefused()
                .text())
        .contains("it has changed since version " + version + " was read")
        .endsWith("Read it again with read_file and use the version that it gives.");
    assertThat(text("a")).isEqualTo("not");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void aVersionOfAFileThatIsNotThereMakesNothing() throws IOException {
    for (var path : List.of("a", "dir/a")) {
      assertThat(
              calls()
                  .call("write_file", "path", path, "content", "new", "version", "0123456789ab")
                  .isRefused()
                  .text())
          .startsWith("There is no ");
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void writesNoHalfOfACharacter() throws IOException {
    assertThatThrownBy(() -> Utf8.bytes("content", "half \ud83d of one"))
        .isInstanceOf(ToolFailure.class)
        .hasMessageStartingWith("Nothing was written: content holds half of a surrogate pair");
    assertThat(names()).isEmpty();
    calls().write("a", "a whole \ud83d\ude00").isFine();
    assertThat(text("a")).isEqualTo("a whole \ud83d\ude00");
  }

  @Test
  void writesNoMoreThanItsLimit() throws IOException {
    var calls = FileCalls.writing(root, Limited.fileBytes(10), ProtectedPaths.DEFAULT);
    calls.write("a", "0123456789").isFine();
    assertThat(calls.write("b", "0123456789a").isRefused().text())
        .isEqualTo(
            "\"b\" was not written: it would be or is 11 bytes, the most that is written is"
                + " 10 bytes.");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void aHardLinkKeepsWhatItHad() throws IOException {
    Files.writeString(root.resolve("a"), "old");
    Files.createLink(root.resolve("hard"), root.resolve("a"));
    calls().replace("hard", "new").isFine();
    assertThat(text("a")).isEqualTo("old");
    assertThat(text("hard")).isEqualTo("new");
  }

  @Test
  void respectsAFileThatNobodyMayWrite() throws IOException {
    Files.writeString(root.resolve("a"), "old");
    setMode("a", "r--r--r--");
    assertThat(calls().replace("a", "new").isRefused().text())
        .isEqualTo("\"a\" was not written: its mode forbids everybody to write it.");
    assertThat(text("a")).isEqualTo("old");
  }

  @Test
  void aDirectoryIsNoFileAndAFileNoDirectory() throws IOException {
    Files.createDirectory(root.resolve("dir"));
    Files.writeString(root.resolve("file"), "old");
    assertThat(calls().write("dir", "x").isRefused().text()).contains("is a directory");
    assertThat(calls().write(".", "x").isRefused().text()).contains("is a directory");
    assertThat(calls().write("file/x", "x").isRefused().text()).contains("is not a directory");
    assertThat(calls().write("file/x/y", "x").isRefused().text()).contains("is not a directory");
    assertThat(names()).containsExactly("dir", "file");
    assertThat(text("file")).isEqualTo("old");
  }

  @Test
  void aCancelledCallWritesNothing() throws IOException {
    var cancellation = new Cancellation();
    cancellation.cancel();
    assertThat(calls().call(cancellation, "write_file", "path", "a", "content", "x").isError())
        .isTrue();
    assertThat(names()).isEmpty();
  }
}
