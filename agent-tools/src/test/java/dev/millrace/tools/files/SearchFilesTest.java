package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFilesTest {
  @TempDir Path root;

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private String search(Object... input) {
    return FileCalls.below(root).call("search_files", input).isFine().text();
  }

  @Test
  void givesEachLineThatMatchesWithItsPlace() throws IOException {
    write("src/B.java", "class B {\n  A a;\n}\n");
    write("src/A.java", "class A {}\n");
    write("notes.md", "nothing");
    assertThat(search("pattern", "\\bA\\b"))
        .isEqualTo(
            """
            2 matching lines in 2 files (searched 3 files)
            src/A.java:1: class A {}
            src/B.java:2:   A a;\
            """);
  }

  @Test
  void saysThatNothingMatched() throws IOException {
    write("a.txt", "one");
    assertThat(search("pattern", "two")).isEqualTo("no match (searched 1 file)");
  }

  @Test
  void aLiteralIsNoExpression() throws IOException {
    write("a.txt", "f(x)\nfx\nF(X)\n");
    assertThat(search("pattern", "f(x)", "literal", true)).endsWith("\na.txt:1: f(x)");
    assertThat(search("pattern", "f(x)")).endsWith("\na.txt:2: fx");
    assertThat(search("pattern", "f(x)", "literal", true, "ignore_case", true))
        .startsWith("2 matching lines in 1 file");
  }

  @Test
  void searchesOneFileOrADirectoryOrWhatAGlobSays() throws IOException {
    write("a/x.txt", "hit");
    write("a/x.md", "hit");
    write("b/x.txt", "hit");
    assertThat(search("pattern", "hit", "path", "a/x.md"))
        .isEqualTo("1 matching line in 1 file (searched 1 file)\na/x.md:1: hit");
    assertThat(search("pattern", "hit", "path", "a")).startsWith("2 matching lines in 2 files");
    assertThat(search("pattern", "hit", "glob", "*.txt"))
        .contains("a/x.txt:1: hit", "b/x.txt:1: hit")
        .doesNotContain("x.md");
  }

  @Test
  void countsAllMatchesAndShowsTheFirst() throws IOException {
    write("a.txt", "hit\n".repeat(1_000));
    write("b.txt", "hit\n".repeat(500));
    assertThat(search("pattern", "hit", "max_matches", 2))
        .isEqualTo(
            """
            1,500 matching lines in 2 files (searched 2 files)
            a.txt:1: hit
            a.txt:2: hit
            [… 1,498 more matching lines; narrow it by path, glob or pattern]\
            """);
    var text =
        FileCalls.below(root, Limited.resultCharacters(400))
            .call("search_files", "pattern", "hit", "max_matches", 1_000)
            .isFine()
            .text();
    assertThat(text.length()).isLessThan(700);
  }

  @Test
  void showsOfALongLineWhatIsAroundTheMatch() throws IOException {
    write("a.txt", "x".repeat(5_000) + "needle" + "y".repeat(5_000));
    assertThat(search("pattern", "needle"))
        .endsWith("\na.txt:1: …" + "x".repeat(100) + "needle" + "y".repeat(194) + "…");
  }

  @Test
  void saysWhatItDidNotSearch() throws IOException {
    write("a.txt", "x".repeat(100_000) + "needle");
    Files.write(root.resolve("b.bin"), new byte[100]);
    write(".git/c.txt", "needle");
    assertThat(search("pattern", "needle"))
        .isEqualTo(
            """
            no match (searched 1 file)
            [1 binary file not searched]
            [1 line was searched in the first 16,384 characters only]
            [not entered: .git; give one as path to see inside]\
            """);
    write("d.txt", "needle\n".repeat(10));
    assertThat(
            FileCalls.below(root, Limited.fileBytes(21))
                .call("search_files", "pattern", "needle", "path", "d.txt")
                .text())
        .startsWith("3 matching lines in 1 file")
        .contains("[1 file was not searched to the end (limit of 21 bytes or of time)]");
  }

  @Test
  void aPatternThatBacktracksForEverIsStopped() throws IOException {
    write("a.txt", "a".repeat(5_000) + "!\n");
    assertThat(FileCalls.below(root).search("(a+)+$").isRefused().text())
        .isEqualTo(
            "The pattern takes too long: matching was stopped on 1 line, first at a.txt:1. Make it"
                + " simpler (no repetition inside a repetition, as in (a+)+), or set literal to"
                + " true.");
    write("b.txt", ("a".repeat(5_000) + "!\n").repeat(10_000));
    assertThat(FileCalls.below(root).search("(a|aa)+$").isRefused().text())
        .contains("stopped on 20 lines");
  }

  @Test
  void aLineOnWhichThePatternIsTooSlowDoesNotHideTheOthers() throws IOException {
    write("a.txt", "a".repeat(5_000) + "!\naaa\n");
    assertThat(search("pattern", "(a+)+$"))
        .contains("a.txt:2: aaa")
        .contains(
            "[the pattern takes too long on 1 line, which count as not matching; first a.txt:1]");
  }

  @Test
  void aPatternThatRecursesTooDeeplyIsStopped() throws IOException {
    write("a.txt", "ab".repeat(8_000) + "\nneedle\n");
    var answer = FileCalls.below(root).search("^(a|b)*x|needle");
    assertThat(answer.isFine().text()).contains("a.txt:2: needle");
  }

  @Test
  void honestPatternsOnLongLinesAreNotTooSlow() throws IOException {
    write("a.min.js", "var a=1;".repeat(1_500) + "needle");
    assertThat(search("pattern", ".*needle.*")).contains("1 matching line");
    assertThat(search("pattern", "\\w+ *= *\\d+;needle")).contains("1 matching line");
  }

  @Test
  void refusesWhatIsNoPattern() {
    var calls = FileCalls.below(root);
    assertThat(calls.search("(a").isRefused().text())
        .isEqualTo(
            "The pattern is not a regular expression: Unclosed group near index 2."
                + " Set literal to true to search for it as it stands.");
    calls.search("").isRefused();
    calls.search("x".repeat(1_001)).isRefused();
    calls.search("(".repeat(500) + ")".repeat(500));
  }

  @Test
  void tellsHowFarItIsInALargeTree() throws IOException {
    for (int i = 0; i < 1_100; i++) {
      write("d" + i % 10 + "/" + i, "hit");
    }
    var answer = FileCalls.below(root).search("hit").isFine();
    assertThat(answer.text()).startsWith("1,100 matching lines in 1,100 files");
    assertThat(answer.progress())
        .contains("looked at 1,000 files, 1,000 matching lines in 1,000 files so far\n");
  }

  @Test
  void stopsAtItsLimitsAndSaysSo() throws IOException {
    write("a/1", "hit");
    write("b/1", "hit");
    assertThat(FileCalls.below(root, Limited.entries(2)).search("hit").isFine().text())
        .startsWith("1 matching line in 1 file (searched 1 file)")
        .contains("[stopped at the limit of entries or time");
    assertThat(
            FileCalls.below(root, Limited.time(Duration.ofNanos(1))).search("hit").isFine().text())
        .contains("[stopped");
  }

  @Test
  void aCancelledSearchEnds() throws IOException {
    write("a", "hit");
    var cancellation = new Cancellation();
    cancellation.cancel();
    assertThat(FileCalls.below(root).call(cancellation, "search_files", "pattern", "hit").isError())
        .isTrue();
  }
}
