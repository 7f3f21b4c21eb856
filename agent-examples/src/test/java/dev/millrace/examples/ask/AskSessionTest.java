package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --session}: a conversation that is kept as it goes. */
class AskSessionTest {
  @TempDir Path folder;

  private Asked ask(MessagesServer server, String... arguments) {
    return new Asked.Command(folder).asking(server).run(arguments);
  }

  @Test
  void goesOnWithTheConversationThatIsThere() {
    var script =
        Script.of(Reply.calls("list_files", "{}"), Reply.says("Nothing there."))
            .expectUserText("and now?")
            .then(Reply.says("Still nothing."));
    try (var server = MessagesServer.start(script)) {
      assertThat(ask(server, "--session", "s", "look").exitCode()).isZero();
      var again = ask(server, "--session", "s", "and now?");
      assertThat(again.out()).isEqualTo("Still nothing.\n");
      server.verify();
    }
    try (var session = Session.open(FileSessionStore.in(folder.resolve("s")), "ask")) {
      assertThat(session.transcript().messages()).hasSize(6);
      assertThat(session.repairs()).isEmpty();
    }
  }

  @Test
  void resumesWhereARunFailed() {
    var script =
        Script.of(
            Reply.calls("list_files", "{}"),
            Reply.error(400, "invalid_request_error", "no"),
            Reply.says("Here again."));
    try (var server = MessagesServer.start(script)) {
      var failed = ask(server, "--session", "s", "look");
      assertThat(failed.exitCode()).isEqualTo(4);
      assertThat(failed.err()).contains("--resume goes on from there");
      assertThat(ask(server, "--session", "s", "--resume").out()).isEqualTo("Here again.\n");
      assertThat(server.requests().getLast().messages()).hasSize(3);
      server.verify();
      var done = ask(server, "--session", "s", "--resume");
      assertThat(done.exitCode()).isZero();
      assertThat(done.err()).contains("nothing left to do");
    }
  }

  @Test
  void takesWhatFollowsResumeForThePrompt() {
    try (var server =
        MessagesServer.start(
            Script.of(Reply.says("Yes.")).expectUserText("more words").then(Reply.says("No.")))) {
      ask(server, "--session", "s", "first");
      assertThat(ask(server, "--session", "s", "--resume", "more", "words").out())
          .isEqualTo("No.\n");
    }
  }

  @Test
  void tellsOfDamageAndGoesOn() throws IOException {
    try (var server = MessagesServer.start(request -> Reply.says("Yes."))) {
      ask(server, "--session", "s", "first");
      var journal = folder.resolve("s/session-ask.journal");
      var text = Files.readString(journal, StandardCharsets.UTF_8);
      Files.writeString(journal, text.substring(0, text.length() - 5));
      var asked = ask(server, "--session", "s", "second");
      assertThat(asked.exitCode()).isZero();
      assertThat(asked.err()).contains("in the session, the last").contains("were skipped");
    }
  }

  @Test
  void refusesWhatCannotBeASession() throws IOException {
    Files.writeString(folder.resolve("file"), "text");
    try (var server = MessagesServer.start(request -> Reply.says("Yes."))) {
      var asked = ask(server, "--session", "file", "hi");
      assertThat(asked.exitCode()).isEqualTo(1);
      assertThat(asked.err()).contains("--session").hasLineCount(1);
      var held = Session.open(FileSessionStore.in(folder.resolve("s")), "ask");
      try (held) {
        var busy = ask(server, "--session", "s", "hi");
        assertThat(busy.exitCode()).isEqualTo(1);
        assertThat(busy.err()).contains("is open in this process");
      }
      assertThat(ask(server, "--resume").err()).contains("--resume needs a FILE");
      assertThat(server.requestCount()).isZero();
    }
  }
}
