package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a key and without a base URL: the script on loopback, with the real tools. */
class AskEmbeddedTest {
  @TempDir Path folder;
  private Asked.Command command;

  @BeforeEach
  void setUp() {
    command = new Asked.Command(folder);
  }

  private void write(String path, String text) throws IOException {
    var file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void describesAProjectByWhatItsToolsTell() throws IOException {
    write("README.md", "# Tern\n\nTern flies from pole to pole and back, every year anew.\n");
    write(
        "pom.xml",
        """
        <project><parent><artifactId>above</artifactId></parent><artifactId>tern</artifactId>
        <description>A bird.</description>
        <modules><module>wing</module><module>tail</module></modules></project>\
        """);
    write("wing/src/Wing.java", "class Wing {\n  public static void main(String[] a) {}\n}\n");
    write("wing/src/Feather.java", "class Feather {}\n");
    write("tail/notes.md", "long\n");

    var asked = command.run();

    assertThat(asked.exitCode()).isZero();
    assertThat(asked.err()).contains("No language model is behind this", "completed: 4 turns");
    assertThat(asked.out())
        .contains("\u2192 list_files path=.\n")
        .contains("\u2192 read_file path=README.md max_lines=400\n")
        .contains("\u2192 read_file path=pom.xml", "\u2192 list_files path=wing recursive=true")
        .contains("\u2713 read_file README.md (")
        .contains("Tern is a Maven project: A bird.")
        .contains("The README says: \"Tern flies from pole to pole and back, every year anew.\"")
        .contains("I found 5 files in 3 folders")
        .contains("Java (2), Markdown (2), XML (1)")
        .contains("It has 2 modules: wing, tail.")
        .contains("It begins in wing/src/Wing.java.")
        .contains("I read README.md, pom.xml and no other file.");
  }

  @Test
  void saysThatAnEmptyFolderIsEmpty() {
    var asked = command.run("describe", "this", "project");
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).contains("The folder is empty").contains("I will look at the folder");
  }

  @Test
  void describesFilesThatItCannotRead() throws IOException {
    var bytes = new byte[10_000];
    new Random(7).nextBytes(bytes);
    Files.write(folder.resolve("README"), bytes);
    Files.write(folder.resolve("package.json"), new byte[] {'{', 0, 1});
    var asked = command.run();
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).contains("\u2717 read_file README").contains("I found 2 files");
  }

  @Test
  void describesAFolderWithOddNamesWithoutLettingThemPlayWithTheTerminal() throws IOException {
    Files.writeString(folder.resolve("a\u001b[31m\nb.py"), "x");
    Files.writeString(folder.resolve("readme.md"), "# T\u001b]52;c;aGk=\u0007itle\n\n\u001b[2J\n");
    var asked = command.run();
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).doesNotContain("\u001b", "\u0007").contains("Python (1)");
  }

  @Test
  void describesAFolderOfManyFiles() throws IOException {
    for (int i = 0; i < 3_000; i++) {
      Files.createFile(folder.resolve("f" + i + ".go"));
    }
    var asked = command.run();
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).contains("I found 3,000 entries; those that I was shown are 500 files");
  }

  @Test
  void saysHonestlyThatItCannotAnswerAnythingElse() {
    var asked = command.run("What", "is", "the", "capital", "of", "Norway?");
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).contains("I am a script, not a language model", "describe this folder");
  }

  @Test
  void saysThatItNeedsTools() {
    var asked = command.run("--no-tools");
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out()).contains("without tools I cannot look");
  }

  @Test
  void takesThePromptFromStandardInput() {
    var asked = command.in("Write a poem.\n").run("-");
    assertThat(asked.out()).contains("I am a script");
  }

  @Test
  void looksAtTheFolderThatItIsTold() throws IOException {
    write("inner/Cargo.toml", "[package]\nname = \"crab\"\n");
    write("inner/src/main.rs", "fn main() {}\n");
    var asked = command.run("--dir", "inner");
    assertThat(asked.out()).contains("crab is a Cargo package", "It begins in src/main.rs.");
  }

  @Test
  void endsAtTheLimitOfTurns() throws IOException {
    write("README.md", "# A\n");
    var asked = command.run("--max-turns", "1");
    assertThat(asked.exitCode()).isEqualTo(3);
    assertThat(asked.err()).contains("limit_reached", "1 turn, 1 tool call");
  }

  @Test
  void costsNothing() {
    assertThat(command.run("--json").event("run_finished").path("cost_usd").asInt(-1)).isZero();
  }
}
