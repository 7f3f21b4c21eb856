package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.tools.Calls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tools have changed can be taken back, as long as nobody else has touched it. */
class FileChangesTest {
  @TempDir private Path root;
  private final FileChanges changes = new FileChanges();

  @Test
  void areTakenBackOneByOneTheLastFirst() throws Exception {
    var calls = Calls.of(FileTools.all(root, changes));
    Files.write(root.resolve("a.txt"), new byte[] {'o', 'n', 'e', '\r', '\n', (byte) 0xff});
    Files.setPosixFilePermissions(
        root.resolve("a.txt"), PosixFilePermissions.fromString("rwxr-x---"));
    var before = Files.readAllBytes(root.resolve("a.txt"));
    edit(calls, "one", "two");
    edit(calls, "two", "three");
    calls.call("write_file", "path", "new/b.txt", "content", "hello").isFine();

    assertThat(changes.undo()).contains("new/b.txt");
    assertThat(root.resolve("new/b.txt")).doesNotExist();
    assertThat(changes.undo()).contains("a.txt");
    assertThat(Files.readAllBytes(root.resolve("a.txt"))).startsWith('t', 'w', 'o', '\r', '\n');
    assertThat(changes.undo()).contains("a.txt");
    assertThat(Files.readAllBytes(root.resolve("a.txt"))).isEqualTo(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("a.txt"))))
        .isEqualTo("rwxr-x---");
    assertThat(changes.undo()).isEmpty();
  }

  @Test
  void areLeftAloneWhereTheFileHasChangedSince() throws Exception {
    var calls = Calls.of(FileTools.all(root, changes));
    calls.call("write_file", "path", "a.txt", "content", "mine").isFine();
    Files.writeString(root.resolve("a.txt"), "yours");
    assertThatThrownBy(changes::undo)
        .isInstanceOf(ToolFailure.class)
        .hasMessage("\"a.txt\" has changed since, so it was left as it is.");
    assertThat(root.resolve("a.txt")).hasContent("yours");
    Files.writeString(root.resolve("a.txt"), "mine");
    assertThat(changes.undo()).contains("a.txt");
  }

  @Test
  void areNeverTakenBackThroughALink() throws Exception {
    var calls = Calls.of(FileTools.all(root, changes));
    calls.call("write_file", "path", "d/a.txt", "content", "mine").isFine();
    var outside = Files.createTempDirectory("outside");
    Files.writeString(outside.resolve("a.txt"), "mine");
    Files.delete(root.resolve("d/a.txt"));
    Files.delete(root.resolve("d"));
    Files.createSymbolicLink(root.resolve("d"), outside);
    assertThatThrownBy(changes::undo).isInstanceOf(ToolFailure.class);
    assertThat(outside.resolve("a.txt")).hasContent("mine");
    Files.delete(outside.resolve("a.txt"));
    Files.delete(outside);
  }

  @Test
  void areForgottenBeyondAHundred() throws Exception {
    var calls = Calls.of(FileTools.all(root, changes));
    for (int i = 0; i < 103; i++) {
      calls.call("write_file", "path", "f" + i, "content", "x").isFine();
    }
    for (int i = 102; i >= 3; i--) {
      assertThat(changes.undo()).contains("f" + i);
    }
    assertThat(changes.undo()).isEmpty();
    assertThat(root.resolve("f2")).exists();
  }

  private void edit(Calls calls, String old, String now) throws IOException {
    var version = Version.of(Files.readAllBytes(root.resolve("a.txt")));
    var edits = "[{\"old_text\":\"%s\",\"new_text\":\"%s\"}]".formatted(old, now);
    calls
        .call("edit_file", "path", "a.txt", "version", version, "edits", RawJson.parse(edits))
        .isFine();
  }
}
