package dev.millrace.agent.session;

import java.net.URI;
import java.nio.file.Path;

/** Takes an order in a process of its own, which may halt at a moment of its disk. */
final class ShopProcess {
  static final int HALTED = 77;

  private ShopProcess() {}

  /**
   * Runs.
   *
   * @param arguments the server, the folder of {@link Scene}, how long a call takes in
   *     milliseconds, and when to halt
   */
  public static void main(String[] arguments) {
    var scene = new Scene(Path.of(arguments[1]));
    var shop = new Shop(scene.effects(), Long.parseLong(arguments[2]));
    var disk = new HaltingDisk(WatchedDisk.Moment.parse(arguments[3]));
    System.out.println("begins");
    try (var session = Session.open(scene.store(disk), Shop.SESSION)) {
      shop.run(URI.create(arguments[0]), session, session.plus(Shop.ORDER));
    }
    System.out.println("ends");
    System.exit(0);
  }

  /** A disk at one of whose moments the whole virtual machine stops, as a crash would stop it. */
  private static final class HaltingDisk extends WatchedDisk {
    private final Moment end;

    HaltingDisk(Moment end) {
      this.end = end;
    }

    @Override
    void reached(Moment moment) {
      if (moment.equals(end)) {
        Runtime.getRuntime().halt(HALTED);
      }
    }
  }
}
