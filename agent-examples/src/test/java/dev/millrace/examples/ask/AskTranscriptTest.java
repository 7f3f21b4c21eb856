package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskTranscriptTest {
  private static final String PENDING =
      """
      {"messages": [
        {"role": "user", "content": "look"},
        {"role": "assistant", "content": [
          {"type": "tool_use", "id": "toolu_1", "name": "list_files", "input": {}}]}]}\
      """;

  @TempDir Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Asked ask(MessagesServer server, String... arguments) {
    return new Asked.Command(folder).asking(server).run(arguments);
  }

  @Test
  void goesOnWithAConversationThatTheServerAccepts() throws IOException {
    var script =
        Script.of(Reply.thinks("Hm").calls("list_files", "{}"), Reply.says("Nothing there."))
            .expectUserText("and now?")
            .then(Reply.says("Still nothing."));
    try (var server = MessagesServer.start(script)) {
      assertThat(ask(server, "--transcript", "t.json", "look").exitCode()).isZero();
      var again = ask(server, "--resume", "t.json", "--transcript", "t.json", "and now?");
      assertThat(again.exitCode()).isZero();
      assertThat(again.out()).isEqualTo("Still nothing.\n");
      server.verify();
    }
    var loaded = Transcript.load(Files.readString(file("t.json")));
    assertThat(loaded.repairs()).isEmpty();
    assertThat(loaded.transcript().messages()).hasSize(6);
  }

  @Test
  void keepsTheConversationOfARunThatFailed() throws IOException {
    var script =
        Script.of(Reply.calls("list_files", "{}"), Reply.error(400, "invalid_request_error", "no"));
    try (var server = MessagesServer.start(script)) {
      assertThat(ask(server, "--transcript", "t.json", "look").exitCode()).isEqualTo(4);
    }
    assertThat(Transcript.load(Files.readString(file("t.json"))).transcript().messages())
        .hasSize(3);
    try (var server = MessagesServer.start(Script.of(Reply.says("Here again.")))) {
      var again = ask(server, "--resume", "t.json");
      assertThat(again.out()).isEqualTo("Here again.\n");
      assertThat(server.requests().getFirst().messages()).hasSize(3);
      server.verify();
    }
  }

  @Test
  void keepsTheConversationOfACutStream() throws IOException {
    try (var server =
        MessagesServer.start(request -> Reply.says("Hel", "lo").cutAfterEvent(4, Cut.RST))) {
      assertThat(ask(server, "--transcript", "t.json", "look").exitCode()).isEqualTo(4);
    }
    assertThat(Files.readString(file("t.json"))).contains("look").doesNotContain("Hel");
  }

  @Test
  void answersCallsThatWaitWhenNoPromptIsGiven() throws IOException {
    Files.writeString(file("p.json"), PENDING);
    var script =
        Script.of()
            .expectToolResult("toolu_1", result -> result.text().contains("p.json"))
            .then(Reply.says("One file."));
    try (var server = MessagesServer.start(script)) {
      var asked = ask(server, "--resume", "p.json");
      assertThat(asked.out()).contains("\u2713 list_files", "One file.");
      server.verify();
    }
  }

  @Test
  void answersCallsThatWaitAsNotRunWhenAPromptIsGiven() throws IOException {
    Files.writeString(file("p.json"), PENDING);
    var script =
        Script.of()
            .expectToolResult("toolu_1", AskTranscriptTest::isNotRun)
            .expectUserText("never mind")
            .then(Reply.says("Fine."));
    try (var server = MessagesServer.start(script)) {
      var asked = ask(server, "--resume", "p.json", "never", "mind");
      assertThat(asked.err()).contains("1 call that waited");
      assertThat(asked.exitCode()).isZero();
      server.verify();
    }
  }

  private static boolean isNotRun(RecordedRequest.ToolResult result) {
    return result.isError() && result.text().startsWith("Not run");
  }

  @Test
  void reportsWhatItHadToRepair() throws IOException {
    Files.writeString(
        file("broken.json"),
        """
        [{"role": "user", "content": "hi"},
         {"role": "assistant", "content": [
           {"type": "tool_use", "id": "toolu_1", "name": "list_files", "input": {}}]},
         {"role": "user", "content": "hello?"}]\
        """);
    try (var server = MessagesServer.start(Script.of(Reply.says("Yes.")))) {
      var asked = ask(server, "--resume", "broken.json");
      assertThat(asked.exitCode()).isZero();
      assertThat(asked.err()).contains("ask: repaired broken.json at /");
      server.verify();
    }
  }

  @Test
  void goesOnWithTheScriptInAnotherProcess() throws IOException {
    var command = new Asked.Command(folder);
    assertThat(command.run("--transcript", "t.json").exitCode()).isZero();
    var again = new Asked.Command(folder).run("--resume", "t.json", "describe the folder again");
    assertThat(again.err()).contains("completed");
    assertThat(again.exitCode()).isZero();
  }

  @Test
  void leavesNothingElseBehindAndWritesThroughLinks() throws IOException {
    Files.createDirectory(file("real"));
    Files.writeString(file("real/t.json"), "old");
    Files.createSymbolicLink(file("link.json"), Path.of("real/t.json"));
    try (var server = MessagesServer.start(Script.of(Reply.says("ok")))) {
      ask(server, "--transcript", "link.json", "hi");
    }
    assertThat(file("link.json")).isSymbolicLink();
    assertThat(Files.readString(file("real/t.json"))).startsWith("[\n{\"role\":\"user\"");
    assertThat(file("real")).isDirectoryNotContaining("glob:**.tmp");
  }
}
