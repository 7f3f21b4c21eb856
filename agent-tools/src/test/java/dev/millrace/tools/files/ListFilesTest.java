package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListFilesTest {
  @TempDir Path root;

  private void write(String... names) throws IOException {
    for (var name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), name);
    }
  }

  private String list(Object... input) {
    return FileCalls.below(root).call("list_files", input).isFine().text();
  }

  @Test
  void listsTheRootSortedWithKindsAndSizes() throws IOException {
    write("b.txt", "src/App.java", "a/x", "Z.md");
    Files.createSymbolicLink(root.resolve("link"), Path.of("b.txt"));
    assertThat(list())
        .isEqualTo(
            """
            .: 5 entries
            Z.md  4 bytes
            a/
            b.txt  5 bytes
            link  (link, not followed)
            src/\
            """);
  }

  @Test
  void givesThePathsThatTheOtherToolsTake() throws IOException {
    write("src/main/App.java");
    assertThat(list("path", "src/main"))
        .isEqualTo("src/main: 1 entry\nsrc/main/App.java  17 bytes");
  }

  @Test
  void anEmptyDirectoryHasNoEntries() {
    assertThat(list()).isEqualTo(".: 0 entries");
    assertThat(list("path", "", "recursive", true)).isEqualTo(".: 0 entries");
  }

  @Test
  void listsEverythingBelowButNotWhatIsKeptByTools() throws IOException {
    write("a/b/c.txt", "a/d.txt", ".git/config", "web/node_modules/x/y.js", ".env");
    assertThat(list("recursive", true))
        .isEqualTo(
            """
            .: 8 entries
            .env  4 bytes
            .git/
            a/
            a/b/
            a/b/c.txt  9 bytes
            a/d.txt  7 bytes
            web/
            web/node_modules/
            [not entered: .git, web/node_modules; give one as path to see inside]\
            """);
    assertThat(list("path", ".git")).contains(".git/config");
    assertThat(list("path", "web/node_modules", "recursive", true))
        .contains("web/node_modules/x/y.js");
  }

  @Test
  void aGlobGoesThroughEverythingBelow() throws IOException {
    write("src/a/ATest.java", "src/a/A.java", "src/b/BTest.java", "BTest.java");
    assertThat(list("glob", "*Test.java"))
        .isEqualTo(
            """
            .: 3 entries matching *Test.java
            BTest.java  10 bytes
            src/a/ATest.java  16 bytes
            src/b/BTest.java  16 bytes\
            """);
    assertThat(list("path", "src", "glob", "b/*.java"))
        .isEqualTo("src: 1 entry matching b/*.java\nsrc/b/BTest.java  16 bytes");
    assertThat(list("glob", "*.java", "recursive", false))
        .isEqualTo(".: 1 entry matching *.java\nBTest.java  10 bytes");
  }

  @Test
  void countsWhatItDoesNotShow() throws IOException {
    for (int i = 0; i < 1_234; i++) {
      write("f%04d".formatted(i));
    }
    assertThat(list("max_entries", 2))
        .isEqualTo(
            """
            .: 1,234 entries
            f0000  5 bytes
            f0001  5 bytes
            [… 1,232 more entries; narrow it by path or glob]\
            """);
    assertThat(list("recursive", true, "max_entries", 2)).isEqualTo(list("max_entries", 2));
    assertThat(list("recursive", true)).contains("[… 734 more entries;");
  }

  @Test
  void staysWithinItsCharacters() throws IOException {
    for (int i = 0; i < 100; i++) {
      write("d/" + "x".repeat(50) + i);
    }
    var text = FileCalls.below(root, Limited.resultCharacters(1_000)).list("d").isFine().text();
    assertThat(text.length()).isLessThan(1_300);
    assertThat(text).startsWith("d: 100 entries").contains("more entries; narrow it");
  }

  @Test
  void stopsAtTheLimitOfEntriesAndSaysSo() throws IOException {
    write("a/1", "a/2", "b/1", "b/2", "c");
    var calls = FileCalls.below(root, Limited.entries(4));
    assertThat(calls.call("list_files", "recursive", true).isFine().text())
        .contains("a/2", "b/\n")
        .doesNotContain("b/1")
        .contains("[stopped at the limit of entries or time, the rest was not looked at;");
    assertThat(
            FileCalls.below(root, Limited.entries(7)).call("list_files", "recursive", true).text())
        .doesNotContain("stopped");
  }

  @Test
  void stopsAtTheLimitOfTimeAndSaysSo() throws IOException {
    write("a/1");
    var calls = FileCalls.below(root, Limited.time(Duration.ofNanos(1)));
    assertThat(calls.call("list_files", "recursive", true).isFine().text()).contains("[stopped");
    assertThat(calls.list(".").isFine().text()).contains("[stopped at the limit of time");
  }

  @Test
  void stopsAtTheLimitOfDepthAndSaysWhere() throws IOException {
    write("a/b/c/d");
    assertThat(FileCalls.below(root, Limited.depth(2)).call("list_files", "recursive", true).text())
        .isEqualTo(
            """
            .: 2 entries
            a/
            a/b/
            [not entered, deeper than 2 levels: a/b; give one as path to go on there]\
            """);
  }

  @Test
  void namesCannotPretendToBeLines() throws IOException {
    write("evil\nsecret.txt  5 bytes", "right\u202eto left", "tab\there", "ü 😀");
    assertThat(list().lines())
        .hasSize(5)
        .anyMatch(line -> line.startsWith("evil\\u000asecret.txt  5 bytes  "))
        .anyMatch(line -> line.startsWith("right\\u202eto left  "))
        .anyMatch(line -> line.startsWith("tab\\u0009here  "))
        .anyMatch(line -> line.startsWith("ü 😀  "));
  }

  @Test
  void refusesAGlobThatIsNone() {
    var calls = FileCalls.below(root);
    assertThat(calls.call("list_files", "glob", "[a").isRefused().text())
        .isEqualTo("The glob \"[a\" is refused: a \"[\" is not closed.");
    assertThat(calls.call("list_files", "glob", "../*").isRefused().text()).contains("no \"..\"");
    assertThat(calls.call("list_files", "glob", "").isRefused().text()).contains("characters");
    assertThat(calls.call("list_files", "max_entries", 0).isRefused().text()).contains("1 or more");
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    write("a.txt");
    assertThat(FileCalls.below(root).list("a.txt").isRefused().text())
        .isEqualTo("\"a.txt\" is not a directory. If it is a file, read_file reads it.");
  }

  @Test
  void aCancelledWalkEnds() throws IOException {
    write("a/b");
    var cancellation = new Cancellation();
    cancellation.cancel();
    assertThat(FileCalls.below(root).call(cancellation, "list_files", "recursive", true).isError())
        .isTrue();
  }
}
