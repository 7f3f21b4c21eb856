package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskUsageTest {
  @TempDir Path folder;

  private Asked ask(String... arguments) {
    return new Asked.Command(folder).run(arguments);
  }

  private static void assertRefused(Asked asked, String part, String... more) {
    assertThat(asked.exitCode()).isEqualTo(1);
    assertThat(asked.out()).isEmpty();
    assertThat(asked.err()).startsWith("ask: ").contains(part).hasLineCount(1);
    assertThat(List.of(more)).allSatisfy(each -> assertThat(asked.err()).contains(each));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--colour",
        "--max-turns=many",
        "--max-tokens=1.5",
        "--idle-timeout=soon",
        "--idle-timeout=0",
        "--idle-timeout=-3s",
        "--first-byte-timeout=9d",
        "--max-turns",
        "--model=a --model=b"
      })
  void refusesUnknownFlagsAndBadValuesInOneLine(String arguments) {
    assertRefused(ask(arguments.split(" ")), "see --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--max-turns=0", "--max-turns=-1", "--max-tokens=0", "--model= "})
  void refusesValuesThatCannotWork(String argument) {
    assertRefused(ask(argument), "must");
  }

  @Test
  void refusesAFolderThatIsNone() throws IOException {
    assertRefused(ask("--dir", "missing"), "--dir", "missing", "no such folder");
    Files.createFile(folder.resolve("file"));
    assertRefused(ask("--dir", "file"), "--dir", "no such folder");
  }

  @Test
  void refusesABlankPrompt() {
    assertRefused(ask(" "), "blank");
    assertRefused(new Asked.Command(folder).in("\n").run("-"), "blank");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "ftp://host", "http://", "http://user:pass@host", "http:// x"})
  void refusesABaseUrlThatIsNoneAndNamesTheVariable(String url) {
    var asked = new Asked.Command(folder).environment("ANTHROPIC_BASE_URL", url).run();
    assertRefused(asked, "ANTHROPIC_BASE_URL");
    assertThat(asked.err()).doesNotContain("pass@");
  }

  @Test
  void refusesAKeyThatNoHeaderCanCarryWithoutShowingIt() {
    var asked = new Asked.Command(folder).environment("ANTHROPIC_API_KEY", "sk-ant-\n-x").run();
    assertRefused(asked, "ANTHROPIC_API_KEY");
    assertThat(asked.err()).doesNotContain("sk-ant");
  }

  @Test
  void refusesToResumeWhatIsMissingOrNoTranscript() throws IOException {
    assertRefused(ask("--resume", "missing.json"), "missing.json", "no such file");
    assertRefused(ask("--resume", "."), "--resume");
    for (var content : new String[] {"", "hello", "{}", "[1]", "{\"messages\": 3}", "[{}]"}) {
      Files.writeString(folder.resolve("odd.json"), content);
      assertRefused(ask("--resume", "odd.json"), "odd.json", "not a transcript");
    }
    Files.write(folder.resolve("odd.json"), "[\"\u00e4\"]".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(ask("--resume", "odd.json"), "odd.json", "UTF-8");
  }

  @Test
  void refusesATranscriptFileThatCannotBeWrittenBeforeAnythingIsAsked() {
    assertRefused(ask("--transcript", "missing/t.json"), "--transcript", "no such file or folder");
    assertRefused(ask("--transcript", "."), "--transcript", "is a folder");
  }

  @Test
  void tellsItsFlagsAndItsVersion() {
    var help = ask("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains("--model", "--system", "--dir", "--max-turns", "--max-tokens", "--idle-timeout")
        .contains("--first-byte-timeout", "--json", "--transcript", "--resume", "--thinking")
        .contains("--no-tools", "Exit codes", "describe this project");
    var version = ask("--version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).startsWith("Millrace 0.").hasLineCount(1);
  }
}
