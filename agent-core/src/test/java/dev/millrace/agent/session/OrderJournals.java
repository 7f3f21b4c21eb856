package dev.millrace.agent.session;

import dev.millrace.testkit.MessagesServer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The journals of an order.
 *
 * @param finished of a run that came to its end
 * @param stopped of one that stopped when four of five calls had begun and none had ended
 */
record OrderJournals(byte[] finished, byte[] stopped) {

  static OrderJournals in(Path folder) {
    var scene = new Scene(folder);
    var disk = new KeepingDisk(scene.journal(Shop.SESSION));
    try (var server = MessagesServer.start(Shop::answer);
        var session = Session.open(scene.store(disk), Shop.SESSION)) {
      new Shop(scene.effects(), 0).run(server.baseUri(), session, session.plus(Shop.ORDER));
    }
    var stopped = disk.stopped;
    if (stopped == null) {
      throw new AssertionError("no call of toolu_ship was written");
    }
    return new OrderJournals(scene.journal(Shop.SESSION).bytes(), stopped);
  }

  /** The first so many bytes. */
  static byte[] cut(byte[] journal, int length) {
    return Arrays.copyOf(journal, length);
  }

  private static final class KeepingDisk extends WatchedDisk {
    private final JournalFile journal;
    private byte @Nullable [] stopped;

    KeepingDisk(JournalFile journal) {
      this.journal = journal;
    }

    @Override
    void reached(Moment moment) {
      if (stopped == null && moment.when() == When.AFTER && journal.hasIntent("toolu_ship")) {
        stopped = journal.bytes();
      }
    }
  }
}
