package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Output of any length and kind becomes a text of bounded length that shows what it is. */
class OutputTest {
  @TempDir Path workspace;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '\\033[31mred\\033[0m',            '\\e[31mred\\e[0m'
          '\\033]52;c;aGk=\\a',              '\\e]52;c;aGk=\\x07'
          '\\033]8;;http://x\\033\\\\x',     '\\e]8;;http://x\\e\\x'
          '\\033Pq\\033\\\\',                '\\ePq\\e\\'
          'safe\\revil',                     'safe\\revil'
          'abc\\b\\b\\bxyz',                 'abc\\x08\\x08\\x08xyz'
          'a\\0b\\177c',                     'a\\x00b\\x7fc'
          '\\302\\233m',                     '\\x9bm'
          'a\\342\\200\\256txt.exe',         'a\\u{202e}txt.exe'
          'a\\342\\200\\250b',               'a\\u{2028}b'
          'a\\363\\240\\201\\201b',          'a\\u{e0041}b'
          'a\\363\\240\\204\\200b',          'a\\u{e0100}b'
          'a\\342\\200\\213b',               'a\\u{200b}b'
          'a\\377\\376b',                    'a\uFFFD\uFFFDb'
          'a\\360\\237',                     'a\uFFFD'
          'tab\\tline\\nend',                'tab\tline\nend'
          """)
  void whatATerminalObeysAndNobodySeesIsShownAsAnEscape(String printed, String shown) {
    assertThat(Shells.in(workspace).run("printf '" + printed + "'").text())
        .isEqualTo(shown + "\n[exit code 0]");
  }

  @Test
  void charactersOfAllScriptsStay() {
    var text = "naïve 漢字 한국어 עברית 👩‍👩‍👧 ❤️ می‌خواهم";
    assertThat(Shells.in(workspace).run("echo '" + text + "'").text()).startsWith(text + "\n");
  }

  @Test
  void ofLongOutputTheMiddleIsCutOutAndCounted() {
    var shell = Shells.in(workspace, ShellLimits.DEFAULT.outputCharacters(200));
    assertThat(shell.run("seq 100000").text())
        .startsWith("1\n2\n3\n")
        .contains("[588,695 characters cut out here]")
        .endsWith("99999\n100000\n[exit code 0]");
  }

  @ParameterizedTest
  @Tag("G21")
  @ValueSource(
      strings = {"yes", "cat /dev/zero", "cat /dev/urandom", "yes 1>&2", "yes & yes >&2 & yes"})
  void aFloodOfOutputTakesNoMemory(String flood) {
    var shell = Shells.in(workspace);
    long before = heap();
    var text = shell.run(flood, 2).isRefused().text();
    assertThat(heap() - before).as("growth of the heap").isLessThan(64L << 20);
    assertThat(text).contains(" characters cut out here]");
    assertThat(text.length()).isLessThan(31_000);
  }

  static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void aFloodThatEndsWithItsShellIsNotReadForEver() {
    assertThat(Shells.in(workspace).run("yes & yes & sleep 0.2; exit 4").isFine().text())
        .endsWith("[exit code 4]");
  }

  @Test
  void whoeverWatchesSeesOutputWhileItComesSafeToShow() {
    var answer = Shells.in(workspace).run("echo one; sleep 0.5; printf '\\033[2Jtwo\\n'");
    assertThat(answer.progress()).isEqualTo("one\n\\e[2Jtwo\n");
  }

  @Test
  void progressIsAFewPiecesASecondHoweverMuchComes() {
    var told = new ArrayList<String>();
    var ticker = new ProgressTicker(told::add);
    for (int i = 0; i < 100_000; i++) {
      ticker.add("0123456789");
    }
    ticker.end();
    assertThat(told).hasSizeLessThan(1_000);
    assertThat(told).allSatisfy(text -> assertThat(text).hasSizeLessThan(5_000));
    assertThat(told.getLast()).contains(" characters not shown]");
  }

  @Test
  void bytesCutAnywhereGiveTheSameText() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var bytes = ("\1aé漢🦀\033[0m\r\n\u202e" + "x🦀".repeat(50)).getBytes(StandardCharsets.UTF_8);
    var whole = printed(random, bytes, bytes.length);
    for (int round = 0; round < 200; round++) {
      assertThat(printed(random, bytes, 7)).as("seed " + seed).isEqualTo(whole);
    }
    assertThat(whole).startsWith("aé漢🦀\\e[0m\\r\n\\u{202e}x🦀");
  }

  private static String printed(Random random, byte[] bytes, int most) {
    var printed = new Printed(1_000, text -> {});
    for (int from = 0; from < bytes.length; ) {
      int length = Math.min(1 + random.nextInt(most), bytes.length - from);
      printed.room().put(bytes, from, length);
      printed.take();
      from += length;
    }
    printed.end();
    return printed.text();
  }

  @Test
  void headAndTailKeepWholeCharactersWhereverTheyAreCut() {
    for (int room = 2; room < 40; room++) {
      var kept = new HeadAndTail(room);
      for (int i = 0; i < 50; i++) {
        kept.add("🦀a");
      }
      var text = kept.text();
      assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(text);
      long cut = Long.parseLong(text.replaceAll("(?s).*\\[([\\d,]+) char.*", "$1"));
      assertThat(text.replaceAll("\n\\[.*\\]\n", "").length() + cut).isEqualTo(150);
    }
  }
}
