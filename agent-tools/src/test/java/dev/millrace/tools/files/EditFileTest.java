package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an edit changes, what it leaves alone, and what the model is told. */
@Timeout(60)
class EditFileTest {
  @TempDir Path root;

  private FileCalls calls() {
    return FileCalls.writing(root);
  }

  private void put(String text) throws IOException {
    Files.writeString(root.resolve("a"), text);
  }

  private String text() throws IOException {
    return Files.readString(root.resolve("a"));
  }

  private String edit(String oldText, String newText) {
    return calls().edit("a", oldText, newText).isFine().text();
  }

  private String refused(String oldText, String newText) throws IOException {
    byte[] before = Files.readAllBytes(root.resolve("a"));
    var answer = calls().edit("a", oldText, newText).isRefused().text();
    assertThat(root.resolve("a")).hasBinaryContent(before);
    try (var names = Files.list(root)) {
      assertThat(names).hasSize(1);
    }
    return answer;
  }

  @Test
  void changesOnePlaceAndShowsIt() throws IOException {
    put("one\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    assertThat(edit("four\n", "4\n4b\n"))
        .isEqualTo(
            """
            a: 1 place replaced, version 6c5d5f2fc9a6
                  2\ttwo
                  3\tthree
            -     4\tfour
            +     4\t4
            +     5\t4b
                  6\tfive
                  7\tsix\
            """
                .replace("6c5d5f2fc9a6", calls().version("a")));
    assertThat(text()).isEqualTo("one\ntwo\nthree\n4\n4b\nfive\nsix\nseven\n");
  }

  @Test
  void makesAllEditsOrNone() throws IOException {
    put("one\ntwo\nthree\n");
    var version = calls().version("a");
    assertThat(
            calls()
                .edits("a", version, FileCalls.edit("one", "1"), FileCalls.edit("four", "4"))
                .isRefused()
                .text())
        .startsWith("\"a\" was not written: edits[1]: old_text is not in the file;");
    assertThat(text()).isEqualTo("one\ntwo\nthree\n");
    calls()
        .edits("a", version, FileCalls.edit("three", "one"), FileCalls.edit("one", "three"))
        .isFine();
    assertThat(text()).isEqualTo("three\ntwo\none\n");
  }

  @Test
  void refusesEditsOfTheSameText() throws IOException {
    put("one two three");
    assertThat(
            calls()
                .edits(
                    "a",
                    calls().version("a"),
                    FileCalls.edit("one two", "1 2"),
                    FileCalls.edit("two three", "2 3"))
                .isRefused()
                .text())
        .contains("two edits change the same text");
    assertThat(text()).isEqualTo("one two three");
  }

  @Test
  void saysWhereATextIsThatIsThereMoreThanOnce() throws IOException {
    put("x\ny\nx\n" + "x\n".repeat(7));
    assertThat(refused("x", "z"))
        .isEqualTo(
            "\"a\" was not written: edits[0]: old_text is there 9 times, at lines 1, 3, 4, 5, 6 and"
                + " 4 more; give more of what stands around the one that is meant, or set"
                + " replace_all.");
    put("}\n}\n}\n");
    assertThat(refused("}\n}\n", "")).contains("2 times, at lines 1, 2;");
  }

  @Test
  void replacesATextWhereverItIs() throws IOException {
    put("aaaaa b aa");
    var answer = calls().edits("a", calls().version("a"), FileCalls.editAll("aa", "x")).isFine();
    assertThat(answer.text()).startsWith("a: 3 places replaced, version ");
    assertThat(text()).isEqualTo("xxa b x");
  }

  @Test
  void saysThatATextDiffersInWhiteSpaceOnly() throws IOException {
    put("first\n\tif (x) {\n\t\treturn;\n\t}\n");
    assertThat(refused("    if (x) {\n        return;\n    }", ""))
        .contains("at line 2 is the same text with other spaces, tabs or line breaks");
    assertThat(refused("if (y)", "")).contains("old_text is not in the file; read it again");
  }

  @Test
  void refusesEditsThatAreNone() throws IOException {
    put("one");
    assertThat(refused("", "x")).contains("edits[0]: old_text is empty");
    assertThat(refused("one", "one")).contains("old_text and new_text are the same");
    assertThat(calls().edits("a", calls().version("a")).isRefused().text())
        .contains("edits must hold 1 to 100 edits, not 0");
  }

  @Test
  void refusesWhatHasChangedSinceItWasRead() throws IOException {
    put("one");
    var version = calls().version("a");
    put("ONE one");
    assertThat(calls().edits("a", version, FileCalls.edit("one", "1")).isRefused().text())
        .contains("it has changed since version " + version + " was read");
    assertThat(text()).isEqualTo("ONE one");
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThat(calls().edits("none", "0123456789ab", FileCalls.edit("one", "1")).isRefused().text())
        .startsWith("There is no \"none\"");
  }

  @Test
  void linesKeepTheirWindowsEnds() throws IOException {
    put("one\r\ntwo\r\nthree\r\n");
    edit("one\ntwo\n", "1\n1b\n2\n");
    assertThat(text()).isEqualTo("1\r\n1b\r\n2\r\nthree\r\n");
    edit("2\r\nthree", "2\r\n3");
    assertThat(text()).isEqualTo("1\r\n1b\r\n2\r\n3\r\n");
    edit("3", "3\n4");
    assertThat(text()).isEqualTo("1\r\n1b\r\n2\r\n3\r\n4\r\n");
    edit("\n4", "\nfour");
    assertThat(text()).isEqualTo("1\r\n1b\r\n2\r\n3\r\nfour\r\n");
  }

  @Test
  void mixedLineEndsChangeOnlyWhereTheyAreTouched() throws IOException {
    put("a\r\nb\nc\r\nd\n");
    edit("c\nd", "C\nD");
    assertThat(text()).isEqualTo("a\r\nb\nC\r\nD\n");
    edit("b", "B\nB");
    assertThat(text()).isEqualTo("a\r\nB\r\nB\nC\r\nD\n");
  }

  @Test
  void keepsTheByteOrderMarkAndWhatIsNoText() throws IOException {
    byte[] before = "\u00ef\u00bb\u00bfone \u00ff\u00fe two\u00c3\n\r\rthree".getBytes(ISO_8859_1);
    Files.write(root.resolve("a"), before);
    edit("one", "\u00fcn");
    edit("three", "3");
    assertThat(root.resolve("a"))
        .hasBinaryContent(
            "\u00ef\u00bb\u00bf\u00c3\u00bcn \u00ff\u00fe two\u00c3\n\r\r3".getBytes(ISO_8859_1));
  }

  @Test
  void ofTwoEditsAtOnceOneLoses() throws Exception {
    put("from the start");
    var calls = calls();
    for (int round = 0; round < 50; round++) {
      var version = calls.version("a");
      var before = text();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var edits =
            IntStream.range(0, 4)
                .mapToObj(i ->
                    threads.submit(() ->
                        calls.edits(
                            "a",
                            version,
                            FileCalls.edit(before, "from " + i + " over " + System.nanoTime()))))
                .toList();
        var answers = new ArrayList<Answer>();
        for (var edit : edits) {
          answers.add(edit.get());
        }
        assertThat(answers).filteredOn(answer -> !answer.isError()).hasSize(1);
        assertThat(answers)
            .filteredOn(Answer::isError)
            .allMatch(answer -> answer.text().contains("it has changed since version"));
      }
      assertThat(text()).startsWith("from ");
    }
  }

  @Test
  void aHugeAnswerIsCut() throws IOException {
    put("x\n".repeat(9_000));
    var answer = calls().edits("a", calls().version("a"), FileCalls.editAll("x", "y")).isFine();
    assertThat(answer.text())
        .startsWith("a: 9,000 places replaced")
        .contains("more lines of changes]");
    assertThat(answer.text().length()).isLessThan(9_000);
  }

  /** Whoever looks for texts byte by byte needs 10^13 steps for this. */
  @Test
  void noTextTakesLongToFind() throws IOException {
    put("a".repeat(4 << 20));
    assertThat(refused("a".repeat(1 << 20) + "b", "")).contains("is not in the file");
    assertThat(refused("a".repeat(1 << 20), "")).contains("times, at lines 1, 1, 1, 1, 1 and");
    put("a ".repeat(2 << 20));
    assertThat(refused("a".repeat(1 << 20), "")).contains("other spaces, tabs or line breaks");
    put("a".repeat(4 << 20));
    assertThat(
            calls()
                .edits("a", calls().version("a"), FileCalls.editAll("a", "b"))
                .isRefused()
                .text())
        .contains("old_text is there 4,194,304 times, more than 10,000");
    assertThat(List.of(text().length(), text().getBytes(UTF_8).length)).containsOnly(4 << 20);
  }
}
