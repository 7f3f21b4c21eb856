package dev.millrace.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat as somebody at a terminal uses it, with real files, a real sandbox and real HTTP. */
class ChatTest {
  @TempDir private Path folder;
  @TempDir private Path home;

  @BeforeEach
  void makeTheFolder() throws IOException {
    Files.writeString(folder.resolve("greet.sh"), "#!/bin/sh\necho \"Hello, wrold!\"\n");
  }

  @Test
  void mendsAFileWithApprovalAndChecksItInTheSandbox() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "bubblewrap is not installed");
    try (var person = Person.over(folder, home)) {
      person.reads("/help lists commands");
      person.types("fix the spelling in this folder");
      var shown = person.reads("allow? ");
      assertThat(shown)
          .contains("● list_files", "● read_file", "● edit_file", "[>] Look for misspellings")
          .contains("- echo \"Hello, wrold!\"", "+ echo \"Hello, world!\"");
      assertThat(folder.resolve("greet.sh")).content().contains("wrold");
      person.types("y");
      person.reads("✓ edit_file");
      assertThat(folder.resolve("greet.sh")).content().contains("Hello, world!");
      assertThat(person.reads("allow? ")).contains("$ sh 'greet.sh' && grep -c world 'greet.sh'");
      person.types("y");
      assertThat(person.reads("greet.sh is mended.")).contains("│ Hello, world!", "[x] Check");
      assertThat(person.leaves()).isZero();
    }
  }

  @Test
  void whatIsDeniedDoesNotHappenAndTheModelIsTold() throws Exception {
    try (var person = Person.over(folder, home)) {
      person.types("replace \"wrold\" with \"moon\" in greet.sh");
      person.reads("allow? ");
      person.types("maybe").reads("allow? ");
      person.types("n").reads("why not?");
      person.types("not the moon");
      person.reads("That did not work, so I leave it: Not run, denied: not the moon");
      assertThat(folder.resolve("greet.sh")).content().contains("wrold");
      assertThat(person.leaves()).isZero();
    }
  }

  @Test
  void undoPutsAFileBackAndTellsTheModel() throws Exception {
    var before = Files.readString(folder.resolve("greet.sh"));
    try (var person = Person.over(folder, home)) {
      person.types("replace \"wrold\" with \"moon\" in greet.sh").reads("allow? ");
      person.types("a").reads("Done: greet.sh");
      assertThat(folder.resolve("greet.sh")).content().contains("moon");
      person.types("/undo").reads("put back: greet.sh");
      assertThat(folder.resolve("greet.sh")).content().isEqualTo(before);
      person.types("/undo").reads("no file was changed");
      person.types("replace \"wrold\" with \"moon\" in greet.sh").reads("Done: greet.sh");
      assertThat(person.leaves()).isZero();
    }
  }

  @Test
  void goesOnWithTheLastConversationAboutTheFolder() throws Exception {
    try (var person = Person.over(folder, home)) {
      person.types("what can you do?").reads("I am a script");
      person.types("/session").reads(" 2 messages");
      assertThat(person.leaves()).isZero();
    }
    try (var person = Person.over(folder, home, "--resume")) {
      person.reads(", 2 messages");
      person.types("ask me something").reads("Which colour shall it be?");
      person.reads("answer> ");
      person.types("red").reads("Then it is red.");
      person.types("/cost").reads("turns; tokens ");
      person.types("/compact").reads("this is session ");
      person.types("/session").reads(" 0 messages");
      person.types("/tools").reads("write_file (asks for approval)");
      assertThat(person.leaves()).isZero();
    }
  }

  @Test
  void ctrlCStopsTheAnswerAndNotTheProgram() throws Exception {
    try (var server =
            MessagesServer.start(
                Script.of(Reply.says("a long ").stallAfterEvent(4), Reply.says("Still here.")));
        var person = Person.asking(server.baseUri().toString(), folder, home)) {
      person.types("tell me").reads("a long ");
      person.presses("\u0003").reads("! cancelled");
      person.types("are you there?").reads("Still here.");
      assertThat(person.leaves()).isZero();
      assertThat(person.everything()).doesNotContain("sk-ant-canary-chat");
    }
  }

  /** Escapes in what the model writes: a title, the clipboard, colours, a hidden line. */
  @Test
  void whatTheModelPrintsCannotDriveTheTerminal() throws Exception {
    var evil = "\u001b]0;title\u0007 \u001b]52;c;ZXZpbA==\u0007 \u001b[2J \u009b2J \u202e txet";
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.says(evil)
                        .calls("read_file", "{\"path\": \"\\u001b[2Jx\\u001b]52;c;ZQ==\\u0007\"}"),
                    Reply.says("the end")));
        var person = Person.asking(server.baseUri().toString(), folder, home)) {
      person.types("go").reads("the end");
      assertThat(person.everything())
          .contains("\\u001b]0;title\\u0007")
          .doesNotContain("\u001b]", "\u001b[2J", "\u009b", "\u202e", "\u0007");
      assertThat(person.leaves()).isZero();
    }
  }

  @Test
  void saysWhatIsWrongWithItsArguments() throws Exception {
    try (var person = Person.over(Path.of("/nowhere/at/all"), home)) {
      assertThat(person.exitCode()).isEqualTo(1);
      assertThat(person.everything()).contains("chat: there is no folder /nowhere/at/all");
    }
  }
}
