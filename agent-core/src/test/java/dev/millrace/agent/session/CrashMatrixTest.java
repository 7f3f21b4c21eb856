package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.session.WatchedDisk.Moment;
import dev.millrace.agent.session.WatchedDisk.When;
import dev.millrace.testkit.MessagesServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that stops before, after or halfway through any operation of its disk: its session opens,
 * and goes on without doing anything twice.
 */
class CrashMatrixTest {
  /** Of how many moments one is tried with a process that really stops there; 1 for all. */
  private static final int STEP = Integer.getInteger("crashes.step", 10);

  @TempDir private Path folder = Path.of("");

  @Test
  @Tag("J04")
  @Tag("G15")
  @Tag("G16")
  void whatIsOnTheDiskAtAnyMomentCanBeGoneOnWith() {
    try (var server = MessagesServer.start(Shop::answer);
        var client = Shop.client(server.baseUri())) {
      var moments = run(client, new SnapshotDisk(new Scene(folder), folder)).moments();
      assertThat(moments).hasSizeGreaterThan(100);
      moments.forEach(moment -> check(moment, new Scene(scene(moment)), client));
      server.verify();
    }
  }

  @Test
  @Tag("J04")
  @Tag("G15")
  void aProcessThatStopsCanBeGoneOnWith() throws Exception {
    try (var server = MessagesServer.start(Shop::answer);
        var client = Shop.client(server.baseUri())) {
      var moments = run(client, new SnapshotDisk(new Scene(folder), null)).moments();
      for (int i = 0; i < moments.size(); i += STEP) {
        assertThat(exit(moments.get(i), server)).isEqualTo(ShopProcess.HALTED);
        check(moments.get(i), new Scene(scene(moments.get(i))), client);
      }
      var afterAll = new Moment(moments.getLast().operation() + 1, When.BEFORE);
      assertThat(exit(afterAll, server)).as("a process that stops nowhere").isZero();
      server.verify();
    }
  }

  private static SnapshotDisk run(HttpMessagesClient client, SnapshotDisk disk) {
    var shop = new Shop(disk.scene.effects(), 0);
    try (var session = Session.open(disk.scene.store(disk), Shop.SESSION)) {
      shop.run(client, session, session.plus(Shop.ORDER));
    }
    return disk;
  }

  private Path scene(Moment moment) {
    return folder.resolve(moment.toString());
  }

  private void check(Moment moment, Scene scene, HttpMessagesClient client) {
    try {
      var copy = scene.copy(folder.resolve(moment + " copy"));
      new Aftermath(scene).isResumed(client);
      new Aftermath(copy).isOvertakenByANewMessage(client);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("after a stop " + moment, e);
    }
  }

  private int exit(Moment moment, MessagesServer server) throws Exception {
    var scene = Files.createDirectory(scene(moment));
    try (var child = ChildJvm.start(ShopProcess.class, server.baseUri(), scene, 0, moment)) {
      return child.exit();
    }
  }

  /** A disk of which a copy is made at each moment, which is what a crash would have left. */
  private static final class SnapshotDisk extends WatchedDisk {
    private final Scene scene;
    private final @Nullable Path copies;
    private final List<Moment> moments = new ArrayList<>();

    SnapshotDisk(Scene scene, @Nullable Path copies) {
      this.scene = scene;
      this.copies = copies;
    }

    List<Moment> moments() {
      return moments;
    }

    @Override
    void reached(Moment moment) {
      moments.add(moment);
      if (copies != null) {
        scene.copy(copies.resolve(moment.toString()));
      }
    }
  }
}
