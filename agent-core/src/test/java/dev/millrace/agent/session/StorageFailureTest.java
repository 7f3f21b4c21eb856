package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.SessionException.Problem;
import dev.millrace.testkit.MessagesServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails ends the run and never the session. */
class StorageFailureTest {
  @TempDir private Path folder = Path.of("");

  /** How a disk fails from some operation on, until it is mended. */
  enum Failure {
    /** It takes a half of what is written. */
    FULL,
    /** It takes what is written and cannot promise to keep it. */
    UNSYNCED,
    /** It does nothing any more. */
    DEAD
  }

  @ParameterizedTest
  @EnumSource
  @Tag("J08")
  void whereverADiskFailsTheRunEndsTypedAndTheSessionGoesOnOnceItIsMended(Failure failure)
      throws IOException {
    try (var server = MessagesServer.start(Shop::answer);
        var client = Shop.client(server.baseUri())) {
      boolean failed = true;
      for (int operation = 1; failed; operation++) {
        var disk = new FailingDisk(failure, operation);
        var scene = new Scene(Files.createDirectory(folder.resolve("" + operation)));
        failed = failsAndGoesOn(scene, disk, client);
      }
      server.verify();
    }
  }

  /** Whether the disk failed at all. */
  private boolean failsAndGoesOn(Scene scene, FailingDisk disk, HttpMessagesClient client) {
    var shop = new Shop(scene.effects(), 0);
    try (var session = Session.open(scene.store(disk), Shop.SESSION)) {
      var thrown = catchThrowable(() -> shop.run(client, session, session.plus(Shop.ORDER)));
      if (thrown == null) {
        return disk.hasFailed;
      }
      assertThat(thrown).isInstanceOf(RunFailedException.class);
      assertThat(thrown.getCause())
          .isInstanceOfSatisfying(
              SessionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STORAGE));
      noCallRanWithoutItsRecord(scene);
      disk.isMended = true;
      var copy = scene.copy(scene.folder().resolve("copy"));
      goesOn(session, shop, client);
      noCallRanTwice(scene, session.transcript());
      new Aftermath(copy).isResumed(client);
    } catch (SessionException e) {
      assertThat(e.problem()).as("on opening it").isEqualTo(Problem.STORAGE);
      disk.isMended = true;
      new Aftermath(scene).isResumed(client);
    }
    return true;
  }

  private static void noCallRanWithoutItsRecord(Scene scene) {
    for (var id : Shop.ONCE) {
      if (!scene.effects().of(id).isEmpty()) {
        assertThat(scene.journal(Shop.SESSION).hasIntent(id)).as("the record of " + id).isTrue();
      }
    }
  }

  private static void goesOn(Session session, Shop shop, HttpMessagesClient client) {
    var next = session.transcript().isEmpty() ? session.plus(Shop.ORDER) : session.transcript();
    assertThat(shop.run(client, session, next).outcome()).isEqualTo(RunOutcome.COMPLETED);
    assertThat(session.transcript().last().orElseThrow().text()).isEqualTo("Done.");
  }

  /** A call that ran when the disk failed was told to stop, perhaps before its effect. */
  private static void noCallRanTwice(Scene scene, Transcript transcript) {
    for (var id : Shop.ONCE) {
      int effects = scene.effects().of(id).size();
      var told = Aftermath.told(transcript, id);
      assertThat(effects).as("effects of %s in %s", id, scene).isLessThanOrEqualTo(1);
      assertThat(effects == 1 || told.contains("not known")).as("%s: %s", id, told).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  @Tag("J08")
  void aFileThatMayNotGrowEndsTheRunAndNotTheSession(int blocks) throws Exception {
    try (var server = MessagesServer.start(Shop::answer);
        var client = Shop.client(server.baseUri());
        var child =
            ChildJvm.startUnder(
                "ulimit -f " + blocks,
                ShopProcess.class,
                server.baseUri(),
                folder,
                0,
                WatchedDisk.Moment.NEVER)) {
      assertThat(child.exit()).isNotZero();
      assertThat(child.said()).anyMatch(line -> line.contains("SessionException: session order-7"));
      var scene = new Scene(folder);
      noCallRanWithoutItsRecord(scene);
      new Aftermath(scene).isResumed(client);
      server.verify();
    }
  }

  @Test
  @Tag("J08")
  void aFolderThatCannotBeMadeIsATypedFailure() throws IOException {
    var file = Files.writeString(folder.resolve("file"), "no folder");
    for (var place : List.of(file, file.resolve("below"), file.resolve("far/below"))) {
      var failure =
          catchThrowableOfType(
              SessionException.class, () -> Session.open(FileSessionStore.in(place), "s"));
      assertThat(failure.problem()).isEqualTo(Problem.STORAGE);
      assertThat(failure).hasCauseInstanceOf(IOException.class).hasMessageContaining("session s");
    }
    assertThat(file).hasContent("no folder");
  }

  @Test
  @Tag("J08")
  void aRecordThatIsTooLargeIsRefusedAndWhatIsThereStays() {
    var store = new Scene(folder).store(new UnsyncedDisk());
    var said = Transcript.of("Hello.");
    try (var journal = store.open("s")) {
      journal.replay(new Replay("s"));
      journal.append(Records.messages(0, said.messages()));
      var huge = "x".repeat(FileJournal.MOST_LINE_BYTES);
      var failure = catchThrowableOfType(SessionException.class, () -> journal.append(huge));
      assertThat(failure.problem()).isEqualTo(Problem.TOO_LARGE);
    }
    try (var session = Session.open(store, "s")) {
      assertThat(session.transcript()).isEqualTo(said);
      assertThat(session.repairs()).isEmpty();
    }
  }

  @Test
  @Tag("J05")
  @Tag("J08")
  void aCallRunsOnlyWhenItsRecordIsSyncedAndANewFileWhenItsFolderIs() {
    var happened = new CopyOnWriteArrayList<String>();
    var disk =
        new WatchedDisk() {
          @Override
          void reached(Moment moment) {
            if (moment.when() == When.AFTER) {
              happened.add(operations().get(moment.operation() - 1));
            }
          }
        };
    var scene = new Scene(folder);
    var effects = new Effects(folder.resolve("effects"), id -> happened.add("ran " + id));
    try (var server = MessagesServer.start(Shop::answer);
        var session = Session.open(scene.store(disk), Shop.SESSION)) {
      assertThat(happened.getLast()).as("after the first record").isEqualTo("syncFolder");
      new Shop(effects, 0).run(server.baseUri(), session, session.plus(Shop.ORDER));
    }
    for (var id : Shop.ONCE) {
      var before = happened.subList(0, happened.indexOf("ran " + id));
      int written = indexOfIntent(before, id);
      assertThat(before.subList(written, before.size())).as(id).contains("sync");
    }
    for (int i = 0; i < happened.size(); i++) {
      if (happened.get(i).startsWith("write ")) {
        var next = happened.subList(i + 1, happened.size()).stream();
        assertThat(next.filter(what -> !what.startsWith("ran ")).findFirst()).contains("sync");
      }
    }
  }

  private static int indexOfIntent(List<String> happened, String toolUseId) {
    for (int i = 0; i < happened.size(); i++) {
      if (happened.get(i).contains("{\"type\":\"intent\",\"tool_use_id\":\"" + toolUseId)) {
        return i;
      }
    }
    throw new AssertionError("nothing was written of " + toolUseId + " before it ran");
  }

  /** Fails from an operation on. */
  private static final class FailingDisk extends WatchedDisk {
    private final Failure failure;
    private final int from;
    private volatile boolean isMended;
    private volatile boolean hasFailed;

    FailingDisk(Failure failure, int from) {
      this.failure = failure;
      this.from = from;
    }

    @Override
    void reached(Moment moment) throws IOException {
      if (!isMended && moment.operation() >= from && fails(moment)) {
        hasFailed = true;
        throw new IOException("No space left on device");
      }
    }

    private boolean fails(Moment moment) {
      return switch (failure) {
        case FULL -> moment.when() == When.HALFWAY;
        case UNSYNCED ->
            moment.when() == When.BEFORE
                && operations().get(moment.operation() - 1).startsWith("sync");
        case DEAD -> true;
      };
    }
  }
}
