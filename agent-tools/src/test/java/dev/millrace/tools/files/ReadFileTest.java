package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.Cancellation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadFileTest {
  @TempDir Path root;

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private static String lines(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  private String read(Object... input) {
    return FileCalls.below(root).call("read_file", input).isFine().text();
  }

  @Test
  void givesTheLinesWithTheirNumbers() throws IOException {
    write("src/a.txt", "one\ntwo\n");
    assertThat(read("path", "src/a.txt"))
        .isEqualTo(
            "src/a.txt: lines 1-2 of 2, 8 bytes, version c3f9c8c283a2\n     1\tone\n     2\ttwo");
  }

  @Test
  void aLastLineNeedsNoEnd() throws IOException {
    write("a.txt", "one\n\nthree");
    assertThat(read("path", "./a.txt"))
        .startsWith("a.txt: lines 1-3 of 3, 10 bytes, version ")
        .endsWith("\n     1\tone\n     2\t\n     3\tthree");
  }

  @Test
  void givesAPartAndSaysHowToGoOn() throws IOException {
    write("a.txt", lines(1_500));
    assertThat(read("path", "a.txt", "from_line", 11, "max_lines", 2))
        .startsWith("a.txt: lines 11-12 of 1,500, 13,893 bytes, version ")
        .endsWith(
            """
                11\tline 11
                12\tline 12
            [1,488 more lines: go on with from_line 13]\
            """);
  }

  @Test
  void partsFitTogetherToTheWholeFile() throws IOException {
    write("a.txt", lines(5_000));
    var limits = Limited.resultCharacters(1_000);
    var whole = new StringBuilder();
    for (int from = 1; from <= 5_000; ) {
      var text =
          FileCalls.below(root, limits)
              .call("read_file", "path", "a.txt", "from_line", from)
              .isFine()
              .text();
      var numbered = text.lines().filter(line -> line.matches(" *\\d+\t.*")).toList();
      assertThat(numbered.getFirst().strip()).startsWith(from + "\t");
      assertThat(text.length()).isLessThan(1_200);
      numbered.forEach(line -> whole.append(line.substring(line.indexOf('\t') + 1)).append('\n'));
      from += numbered.size();
    }
    assertThat(whole.toString()).isEqualTo(lines(5_000));
  }

  @Test
  void saysThatAFileIsEmpty() throws IOException {
    write("a.txt", "");
    assertThat(read("path", "a.txt")).isEqualTo("a.txt is empty (0 bytes), version e3b0c44298fc");
  }

  @Test
  void refusesALineBeyondTheEnd() throws IOException {
    write("a.txt", lines(3));
    var answer = FileCalls.below(root).call("read_file", "path", "a.txt", "from_line", 4);
    assertThat(answer.isRefused().text())
        .isEqualTo("Line 4 of \"a.txt\" was not reached: the file has 3 lines.");
  }

  @Test
  void refusesNumbersThatMakeNoSense() throws IOException {
    write("a.txt", lines(3));
    var calls = FileCalls.below(root);
    assertThat(calls.call("read_file", "path", "a.txt", "from_line", 0).isRefused().text())
        .isEqualTo("from_line must be 1 or more, not 0.");
    assertThat(calls.call("read_file", "path", "a.txt", "max_lines", -1).isRefused().text())
        .isEqualTo("max_lines must be 1 or more, not -1.");
    assertThat(calls.call("read_file", "path", "a.txt", "offset", 1).isRefused().text())
        .contains("offset");
    assertThat(calls.call("read_file").isRefused().text()).contains("path");
  }

  @Test
  void cutsLongLinesBetweenCharactersAndSaysSo() throws IOException {
    write("a.txt", "x".repeat(1_999) + "😀" + "y".repeat(1_000_000) + "\nshort\n");
    var text = read("path", "a.txt");
    assertThat(text)
        .contains("\n     1\t" + "x".repeat(1_999) + "… [1,002,001 characters]\n     2\tshort")
        .contains("[1 line was cut at 2,000 characters]");
    assertThat(UTF_8.newEncoder().canEncode(text)).isTrue();
  }

  @Test
  void countsWhatIsNotUtf8() throws IOException {
    Files.write(root.resolve("a.txt"), "caf\u00e9 \u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(read("path", "a.txt"))
        .contains("     1\tcaf\uFFFD \uFFFD")
        .contains("[2 byte sequences are not UTF-8 text and shown as \uFFFD]");
  }

  @Test
  void saysThatLinesEndInCrLfAndThatThereIsAByteOrderMark() throws IOException {
    write("a.txt", "\uFEFFone\r\ntwo\rstill two\r\n");
    assertThat(read("path", "a.txt"))
        .startsWith("a.txt: lines 1-2 of 2, ")
        .contains("     1\tone\n     2\ttwo\rstill two\n")
        .contains("[2 lines end in CRLF]")
        .contains("[the file begins with a byte order mark]");
  }

  @Test
  void refusesBinaryFilesWithAHint() throws IOException {
    Files.write(root.resolve("a.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 0});
    Files.write(root.resolve("b.txt"), "text".getBytes(StandardCharsets.UTF_16));
    var calls = FileCalls.below(root);
    assertThat(calls.read("a.png").isRefused().text())
        .isEqualTo("\"a.png\" is a binary file of 7 bytes, not UTF-8 text, so it is not shown.");
    assertThat(calls.read("b.txt").isRefused().text()).contains("a UTF-16 text of 10 bytes");
  }

  @Test
  void aSparseTerabyteIsRefusedAtOnce() throws IOException {
    try (var file = new RandomAccessFile(root.resolve("sparse").toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertThat(FileCalls.below(root).read("sparse").isRefused().text())
        .contains("binary file of 1,099,511,627,776 bytes");
  }

  @Test
  void aSparseTerabyteThatBeginsAsTextIsReadToTheLimit() throws IOException {
    try (var file = new RandomAccessFile(root.resolve("sparse").toFile(), "rw")) {
      file.write("line\n".repeat(4_000).getBytes(UTF_8));
      file.setLength(1L << 40);
    }
    var calls = FileCalls.below(root, Limited.fileBytes(1 << 20));
    assertThat(calls.call("read_file", "path", "sparse", "max_lines", 3).isFine().text())
        .startsWith("sparse: lines 1-3 of more than 4,001, 1,099,511,627,776 bytes")
        .contains("[the file goes on; counting stopped at the limit of bytes or time]");
    assertThat(calls.call("read_file", "path", "sparse", "from_line", 5_000).isRefused().text())
        .contains("reading stopped at the limit of 1,048,576 bytes or of time, in line 4,001");
  }

  @Test
  void aReadThatTakesTooLongGivesWhatItHas() throws IOException {
    write("a.txt", lines(20_000));
    var answer = FileCalls.below(root, Limited.time(Duration.ofNanos(1))).read("a.txt");
    assertThat(answer.isRefused().text()).contains("or of time");
  }

  @Test
  void namesWhatIsMissingAndWhereToLook() throws IOException {
    write("src/a.txt", "");
    var calls = FileCalls.below(root);
    assertThat(calls.read("src/b.txt").isRefused().text())
        .isEqualTo(
            "There is no \"src/b.txt\": \"src\" has no entry of that name."
                + " list_files with path \"src\" shows what is there.");
    assertThat(calls.read("nowhere/b.txt").isRefused().text())
        .startsWith("There is no \"nowhere\": \".\" has no entry of that name.");
    assertThat(calls.read("src").isRefused().text()).contains("is a directory");
    assertThat(calls.read(".").isRefused().text()).contains("is a directory");
    assertThat(calls.read("src/a.txt/b").isRefused().text())
        .isEqualTo("\"src/a.txt\" is not a directory. If it is a file, read_file reads it.");
  }

  @Test
  void aCancelledCallSaysSo() throws IOException {
    write("a.txt", lines(3));
    var cancellation = new Cancellation();
    cancellation.cancel();
    assertThat(FileCalls.below(root).call(cancellation, "read_file", "path", "a.txt").text())
        .contains("cancelled");
  }
}
