package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.message.Message;
import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An id of a session becomes the name of a file and can do no harm as one. */
class SessionIdTest {
  private static final List<String> NONE =
      List.of(
          "",
          " ",
          ".",
          "..",
          "...",
          "../../x",
          "..\\..\\x",
          "/etc/passwd",
          "C:\\x",
          "C:x",
          "a/b",
          "a\\b",
          "a.b",
          ".hidden",
          "a\u0000",
          "\u0000",
          "a\n",
          "\na",
          "a\r\nb",
          "a b",
          "a\tb",
          "~",
          "$HOME",
          "`id`",
          "*",
          "a?",
          "a:b",
          "a|b",
          "<a>",
          "\"a\"",
          "%2e%2e%2f",
          "%s%n",
          "a;rm -rf",
          "ä",
          "é",
          "\u202etxt",
          "\u200b",
          "\ufeffa",
          "\uff0e\uff0e\uff0fx",
          "\u0130",
          "\ud83d\ude80",
          "\ud800",
          "\u0661",
          "a".repeat(65),
          "a".repeat(10_240));

  @TempDir private Path folder = Path.of("");

  private FileSessionStore store() {
    return FileSessionStore.in(folder.resolve("sessions"));
  }

  @Test
  @Tag("J11")
  void whatIsNoIdIsRefusedBeforeAnythingIsTouched() throws IOException {
    for (var id : NONE) {
      for (Runnable use :
          List.<Runnable>of(() -> Session.open(store(), id), () -> store().delete(id))) {
        var refused = catchThrowableOfType(SessionException.class, use::run);
        assertThat(refused.problem()).as(id).isEqualTo(Problem.INVALID_ID);
        assertThat(refused.getMessage()).hasSizeLessThan(250).matches("[ -~]+");
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  @Tag("J11")
  void idsThatMeanSomethingToAFileSystemAreIdsLikeOthers() {
    var ids =
        List.of("-", "--help", "-rf", "AUX", "CON", "NUL", "_", "a".repeat(64), "com1", "nul");
    for (var id : ids) {
      try (var session = Session.open(store(), id)) {
        var said = session.plus(Message.user("I am " + id));
        try (var running = session.begin(said)) {
          running.said(said);
        }
      }
    }
    assertThat(store().ids()).containsExactlyInAnyOrderElementsOf(ids);
    for (var id : ids) {
      try (var session = Session.open(store(), id)) {
        assertThat(session.transcript().messages().getFirst().text()).isEqualTo("I am " + id);
      }
    }
  }

  @Test
  @Tag("J11")
  void onAFileSystemWithoutCaseASessionIsNotTakenForAnother() throws IOException {
    Session.open(store(), "Alice").close();
    var files = folder.resolve("sessions");
    Files.copy(files.resolve("session-Alice.journal"), files.resolve("session-alice.journal"));
    var before = Files.readAllBytes(files.resolve("session-alice.journal"));
    var refused =
        catchThrowableOfType(SessionException.class, () -> Session.open(store(), "alice"));
    assertThat(refused.problem()).isEqualTo(Problem.INVALID_ID);
    assertThat(refused).hasMessageContaining("holds session Alice");
    assertThat(files.resolve("session-alice.journal")).hasBinaryContent(before);
  }
}
