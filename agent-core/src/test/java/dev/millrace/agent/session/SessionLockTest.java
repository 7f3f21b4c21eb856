package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.message.Message;
import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session belongs to one at a time. */
class SessionLockTest {
  @TempDir private Path folder = Path.of("");

  private Session open() {
    return Session.open(FileSessionStore.in(folder), "s");
  }

  private static SessionException refused(Path folder, String id) {
    return catchThrowableOfType(
        SessionException.class, () -> Session.open(FileSessionStore.in(folder), id).close());
  }

  /** What another process says that tries to open it. */
  private List<String> saidByAnother(String id) throws Exception {
    try (var other = ChildJvm.start(SessionProcess.class, folder, id)) {
      other.endInput();
      other.exit();
      return other.said();
    }
  }

  @Test
  @Tag("J06")
  void aSessionOfAnotherProcessIsBusyUntilThatIsKilled() throws Exception {
    try (var other = ChildJvm.start(SessionProcess.class, folder, "s")) {
      other.await("holds");
      var refused = refused(folder, "s");
      assertThat(refused.problem()).isEqualTo(Problem.BUSY);
      assertThat(refused).hasMessageContaining("open in process " + other.pid());
      assertThat(refused(folder, "s")).as("a second try").isNotNull();
      other.kill();
      try (var session = open()) {
        assertThat(session.repairs()).isEmpty();
      }
    }
  }

  @Test
  @Tag("J06")
  @Tag("I07")
  void ofProcessesThatOpenASessionAtOnceOneGetsIt() throws Exception {
    var others = new ArrayList<ChildJvm>();
    try {
      for (int i = 0; i < 3; i++) {
        others.add(ChildJvm.start(SessionProcess.class, folder, "s"));
      }
      var first = new ArrayList<String>();
      for (var other : others) {
        first.add(other.line());
      }
      assertThat(first).filteredOn(line -> line.startsWith("messages 0")).hasSize(1);
      assertThat(first).filteredOn(line -> line.startsWith("BUSY: ")).hasSize(2);
    } finally {
      for (var other : others) {
        other.close();
      }
    }
  }

  @Test
  @Tag("J06")
  void aSessionOfOneIsNoneOfAnothers() {
    try (var session = open();
        var other = Session.open(FileSessionStore.in(folder), "t")) {
      assertThat(session.id()).isEqualTo("s");
      assertThat(other.id()).isEqualTo("t");
    }
  }

  @Test
  @Tag("J07")
  void aSecondTryInTheSameProcessIsRefusedAndLeavesTheLockAlone() throws Exception {
    try (var session = open()) {
      var refused = refused(folder, "s");
      assertThat(refused.problem()).isEqualTo(Problem.BUSY);
      assertThat(refused).hasMessageContaining("this process");
      assertThat(saidByAnother("s"))
          .singleElement()
          .asString()
          .startsWith("BUSY: ")
          .contains("process " + ProcessHandle.current().pid());
    }
    assertThat(saidByAnother("s")).contains("holds");
  }

  @Test
  @Tag("J07")
  void aSecondTryByAnotherPathIsRefusedToo() throws Exception {
    var link = Files.createSymbolicLink(folder.resolve("link"), folder);
    try (var session = open()) {
      assertThat(refused(link, "s").problem()).isEqualTo(Problem.BUSY);
      assertThat(refused(link.resolve("../" + folder.getFileName()), "s").problem())
          .isEqualTo(Problem.BUSY);
      assertThat(saidByAnother("s")).singleElement().asString().startsWith("BUSY: ");
    }
  }

  @Test
  @Tag("J07")
  void aSecondTryByAnotherNameOfTheFileLeavesTheLockAlone() throws Exception {
    try (var session = open()) {
      Files.createLink(folder.resolve("session-S.lock"), folder.resolve("session-s.lock"));
      assertThat(refused(folder, "S").problem()).isEqualTo(Problem.BUSY);
      assertThat(saidByAnother("s")).singleElement().asString().startsWith("BUSY: ");
    }
  }

  @Test
  @Tag("J07")
  void aClosedSessionCanBeOpenedAgainAndAgain() {
    for (int i = 0; i < 50; i++) {
      open().close();
    }
    var session = open();
    session.close();
    session.close();
    open().close();
  }

  @Test
  @Tag("J06")
  void anOpenSessionCannotBeDeleted() {
    var store = FileSessionStore.in(folder);
    try (var session = open()) {
      assertThat(catchThrowableOfType(SessionException.class, () -> store.delete("s")).problem())
          .isEqualTo(Problem.BUSY);
    }
    assertThat(store.ids()).containsExactly("s");
    assertThat(store.delete("s")).isTrue();
    assertThat(store.delete("s")).isFalse();
    assertThat(store.ids()).isEmpty();
  }

  @Test
  @Tag("J06")
  void whoeverLostTheSessionCannotWriteAnyMore() throws IOException {
    try (var session = open()) {
      var line = new Frame(Frame.VERSION, 2, 2, "{\"type\":\"open\",\"session\":\"s\"}").line();
      Files.write(folder.resolve("session-s.journal"), line, StandardOpenOption.APPEND);
      var said = session.plus(Message.user("Hello."));
      try (var running = session.begin(said)) {
        var lost = catchThrowableOfType(SessionException.class, () -> running.said(said));
        assertThat(lost.problem()).isEqualTo(Problem.LOST);
      }
      assertThat(session.transcript().isEmpty()).isTrue();
    }
    try (var again = open()) {
      assertThat(again.repairs()).isEmpty();
    }
  }

  @Test
  @Tag("J06")
  void whatSomebodyWroteWhoHadLostTheSessionIsSkippedAndReported() throws IOException {
    var late =
        "{\"type\":\"messages\",\"from\":0,\"messages\":[{\"role\":\"user\",\"content\":\"Late.\"}]}";
    var text = new StringBuilder();
    for (var frame :
        List.of(
            new Frame(Frame.VERSION, 1, 1, "{\"type\":\"open\",\"session\":\"s\"}"),
            new Frame(Frame.VERSION, 2, 2, "{\"type\":\"open\",\"session\":\"s\"}"),
            new Frame(Frame.VERSION, 3, 1, late))) {
      text.append(new String(frame.line(), StandardCharsets.UTF_8));
    }
    Files.writeString(folder.resolve("session-s.journal"), text);
    try (var session = open()) {
      assertThat(session.transcript().isEmpty()).isTrue();
      assertThat(session.repairs()).singleElement().asString().contains("had lost the session");
    }
  }

  @Test
  @Tag("J12")
  void aLinkInPlaceOfAFileIsNotFollowed() throws IOException {
    for (var name : List.of("session-s.journal", "session-s.lock")) {
      var target = Files.writeString(folder.resolve("target"), "not yours");
      var link = Files.createSymbolicLink(folder.resolve(name), target);
      var refused = refused(folder, "s");
      assertThat(refused.problem()).as(name).isEqualTo(Problem.STORAGE);
      assertThat(refused).hasCauseInstanceOf(IOException.class);
      assertThat(target).hasContent("not yours");
      Files.delete(link);
      Files.deleteIfExists(folder.resolve("session-s.lock"));
    }
    Files.createSymbolicLink(folder.resolve("session-s.journal"), folder.resolve("nowhere"));
    assertThat(refused(folder, "s").problem()).isEqualTo(Problem.STORAGE);
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  @Tag("J12")
  void filesAndFoldersAreTheirOwnersAloneWhateverTheUmask() throws Exception {
    Assumptions.assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    var sessions = folder.resolve("data/sessions");
    try (var other = ChildJvm.startUnder("umask 0", SessionProcess.class, sessions, "s")) {
      other.await("holds");
    }
    assertThat(mode(folder.resolve("data"))).isEqualTo("rwx------");
    assertThat(mode(sessions)).isEqualTo("rwx------");
    assertThat(mode(sessions.resolve("session-s.journal"))).isEqualTo("rw-------");
    assertThat(mode(sessions.resolve("session-s.lock"))).isEqualTo("rw-------");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
