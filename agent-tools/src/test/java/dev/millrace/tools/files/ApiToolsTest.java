package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.tools.Calls;
import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API's text editor and memory, over the same confined files as our own tools. */
class ApiToolsTest {
  @TempDir private Path root;
  @TempDir private Path outside;
  private Calls calls;

  @BeforeEach
  void makeTools() throws IOException {
    calls = Calls.of(TextEditorTool.below(root), MemoryTool.in(root));
    Files.writeString(outside.resolve("secret"), "outside");
  }

  @Test
  void areDefinedByTheirTypes() {
    assertThat(Toolbox.of(TextEditorTool.below(root), MemoryTool.in(root)).definitions().toString())
        .isEqualTo(
            "[{\"type\":\"text_editor_20250728\",\"name\":\"str_replace_based_edit_tool\"},"
                + " {\"type\":\"memory_20250818\",\"name\":\"memory\"}]");
  }

  @Test
  void filesAreMadeShownEditedAndGrow() throws IOException {
    assertThat(edit("create", "path", "/src/a.txt", "file_text", "one\ntwo\n").isFine().text())
        .isEqualTo("File created successfully at: /src/a.txt");
    assertThat(edit("create", "path", "/src/a.txt", "file_text", "x").isRefused().text())
        .isEqualTo("Error: File /src/a.txt already exists");
    assertThat(edit("view", "path", "/src/a.txt").isFine().text())
        .isEqualTo("Here's the content of /src/a.txt with line numbers:\n     1\tone\n     2\ttwo");
    edit("str_replace", "path", "src/a.txt", "old_str", "two", "new_str", "zwei").isFine();
    edit("insert", "path", "src/a.txt", "insert_line", 1, "insert_text", "half").isFine();
    edit("insert", "path", "src/a.txt", "insert_line", 0, "insert_text", "zero\n").isFine();
    edit("insert", "path", "src/a.txt", "insert_line", 4, "insert_text", "end").isFine();
    assertThat(root.resolve("src/a.txt")).hasContent("zero\none\nhalf\nzwei\nend\n");
    var range = RawJson.parse("[2,3]");
    assertThat(edit("view", "path", "src/a.txt", "view_range", range).isFine().text())
        .contains("     2\tone\n     3\thalf\n[2 more lines: go on with a view_range");
    assertThat(edit("view", "path", "/").isFine().text()).contains("src/\nsrc/a.txt  ");
  }

  @Test
  void lineEndsAndOtherBytesStay() throws IOException {
    Files.write(
        root.resolve("w.txt"), "one\r\ntwo\r\n\u00ff".getBytes(StandardCharsets.ISO_8859_1));
    edit("str_replace", "path", "w.txt", "old_str", "one\ntwo", "new_str", "1\n2").isFine();
    edit("insert", "path", "w.txt", "insert_line", 1, "insert_text", "x").isFine();
    assertThat(Files.readAllBytes(root.resolve("w.txt")))
        .isEqualTo("1\r\nx\r\n2\r\n\u00ff".getBytes(StandardCharsets.ISO_8859_1));
    edit("insert", "path", "w.txt", "insert_line", 4, "insert_text", "end").isFine();
    assertThat(Files.readAllBytes(root.resolve("w.txt")))
        .isEqualTo("1\r\nx\r\n2\r\n\u00ff\r\nend".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void whatCannotBeDoneIsToldInTheApisWords() throws IOException {
    Files.writeString(root.resolve("a.txt"), "b\nb\n");
    assertThat(edit("str_replace", "path", "a.txt", "old_str", "b", "new_str", "c").text())
        .isEqualTo(
            "No replacement was performed. Multiple occurrences of old_str `b` in lines: 1, 2."
                + " Please ensure it is unique");
    assertThat(edit("str_replace", "path", "a.txt", "old_str", "x", "new_str", "c").text())
        .isEqualTo("No replacement was performed, old_str `x` did not appear verbatim in a.txt.");
    assertThat(edit("insert", "path", "a.txt", "insert_line", 9, "insert_text", "x").text())
        .endsWith("within the range of lines of the file: [0, 2]");
    assertThat(edit("insert", "path", "a.txt", "insert_text", "x").isRefused().text())
        .contains("Invalid `insert_line`");
    assertThat(edit("create", "path", "n.txt").isRefused().text()).contains("`file_text`");
    var backwards = RawJson.parse("[3,2]");
    assertThat(edit("view", "path", "a.txt", "view_range", backwards).isRefused().text())
        .contains("Invalid `view_range`");
    assertThat(root.resolve("a.txt")).hasContent("b\nb\n");
  }

  @Test
  void memoriesAreKeptRenamedAndDeleted() throws IOException {
    memory("create", "path", "/memories/notes/a.md", "file_text", "likes tea").isFine();
    assertThat(memory("view", "path", "/memories").isFine().text())
        .startsWith("Here're the files and directories up to 2 levels deep in /memories")
        .contains("notes/a.md  9 bytes");
    memory("str_replace", "path", "/memories/notes/a.md", "old_str", "tea", "new_str", "coffee")
        .isFine();
    assertThat(
            memory("rename", "old_path", "/memories/notes", "new_path", "/memories/old/notes")
                .isFine()
                .text())
        .isEqualTo("Successfully renamed /memories/notes to /memories/old/notes");
    assertThat(root.resolve("old/notes/a.md")).hasContent("likes coffee");
    Files.createSymbolicLink(root.resolve("old/link"), outside);
    assertThat(memory("delete", "path", "/memories/old").isFine().text())
        .isEqualTo("Successfully deleted /memories/old");
    assertThat(root.resolve("old")).doesNotExist();
    assertThat(outside.resolve("secret")).hasContent("outside");
    assertThat(memory("delete", "path", "/memories/old").isRefused().text())
        .isEqualTo("Error: The path /memories/old does not exist");
  }

  @Test
  void nothingIsRenamedOverSomethingElse() {
    memory("create", "path", "/memories/a", "file_text", "a").isFine();
    memory("create", "path", "/memories/b", "file_text", "b").isFine();
    assertThat(memory("rename", "old_path", "/memories/a", "new_path", "/memories/b").text())
        .isEqualTo("Error: The destination /memories/b already exists");
    memory("rename", "old_path", "/memories", "new_path", "/memories/b").isRefused();
    memory("delete", "path", "/memories").isRefused();
    memory("delete", "path", "/memories/").isRefused();
    assertThat(root.resolve("b")).hasContent("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/memories/../x",
        "/memories/a/../../x",
        "/memoriesx/a",
        "memories/a",
        "/etc/passwd",
        "/memories/link/new",
        "/memories/.git/hooks/post-commit",
        "/memories/.GIT/config",
        "/memories/a\u0000b",
        "/memories/%2e%2e/x\n",
        "/memories//..//x",
        ""
      })
  void noMemoryIsWrittenElsewhere(String path) throws IOException {
    Files.createSymbolicLink(root.resolve("link"), outside);
    memory("create", "path", path, "file_text", "evil").isRefused();
    memory("delete", "path", path).isRefused();
    memory("rename", "old_path", path, "new_path", "/memories/ok").isRefused();
    Files.writeString(root.resolve("mine"), "mine");
    memory("rename", "old_path", "/memories/mine", "new_path", path).isRefused();
    try (var names = Files.list(outside)) {
      assertThat(names).hasSize(1);
    }
    try (var names = Files.list(root)) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder("link", "mine");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/link/secret", "link", "/../secret", "/link/../x", "/.git/config"})
  void theEditorStaysBelowItsRoot(String path) throws IOException {
    Files.createSymbolicLink(root.resolve("link"), outside);
    edit("create", "path", path, "file_text", "evil").isRefused();
    assertThat(edit("view", "path", path).isRefused().text()).doesNotContain("outside");
    edit("str_replace", "path", path, "old_str", "outside", "new_str", "evil").isRefused();
    assertThat(outside.resolve("secret")).hasContent("outside");
  }

  private Answer edit(String command, Object... input) {
    return calls.call("str_replace_based_edit_tool", with(command, input));
  }

  private Answer memory(String command, Object... input) {
    return calls.call("memory", with(command, input));
  }

  private static Object[] with(String command, Object... input) {
    return Stream.concat(Stream.of("command", command), Stream.of(input)).toArray();
  }
}
