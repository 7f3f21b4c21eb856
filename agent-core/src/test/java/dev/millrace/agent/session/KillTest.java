package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.testkit.MessagesServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed at random times, {@code -Dkills=200} of them. */
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 8);
  private static final long SEED = Long.getLong("kills.seed", System.nanoTime());
  private static final long MILLIS_PER_CALL = 20;
  private static final long HOUR = 3_600_000;

  @TempDir private Path folder = Path.of("");

  @Test
  @Tag("J04")
  @Tag("G15")
  void aSessionOutlivesKills() throws Exception {
    System.out.printf("kills.seed=%d%n", SEED);
    var random = new Random(SEED);
    Map<String, Integer> moments = new TreeMap<>();
    try (var server = MessagesServer.start(Shop::answer);
        var client = Shop.client(server.baseUri())) {
      long whole = nanosOfAWholeRun(server);
      for (int i = 0; i < KILLS; i++) {
        var moment = kill(i, random.nextLong(whole), random.nextBoolean(), server, client);
        moments.merge(moment, 1, Integer::sum);
      }
      server.verify();
    }
    System.out.println("killed " + moments);
    assertThat(moments.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(KILLS);
  }

  @Test
  @Tag("I10")
  @Tag("G15")
  void aSessionOutlivesAnOrderlyEndInTheMiddleOfACall() throws Exception {
    var scene = new Scene(folder);
    try (var server = MessagesServer.start(Shop::answer);
        var client = Shop.client(server.baseUri());
        var child = start(folder, server, HOUR)) {
      while (scene.effects().of("toolu_ship").isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      child.terminate();
      var aftermath = new Aftermath(scene);
      assertThat(aftermath.moment()).isEqualTo("midway");
      aftermath.isResumed(client);
      server.verify();
    }
  }

  private long nanosOfAWholeRun(MessagesServer server) throws Exception {
    try (var child =
        start(Files.createDirectory(folder.resolve("whole")), server, MILLIS_PER_CALL)) {
      child.await("begins");
      long begin = System.nanoTime();
      child.await("ends");
      return System.nanoTime() - begin;
    }
  }

  private static ChildJvm start(Path scene, MessagesServer server, long millisPerCall)
      throws Exception {
    return ChildJvm.start(
        ShopProcess.class, server.baseUri(), scene, millisPerCall, WatchedDisk.Moment.NEVER);
  }

  private String kill(
      int number,
      long afterNanos,
      boolean isResumed,
      MessagesServer server,
      HttpMessagesClient client)
      throws Exception {
    var scene = Files.createDirectory(folder.resolve("kill " + number));
    try (var child = start(scene, server, MILLIS_PER_CALL)) {
      child.await("begins");
      TimeUnit.NANOSECONDS.sleep(afterNanos);
      child.kill();
    }
    try {
      var aftermath = new Aftermath(new Scene(scene));
      if (isResumed) {
        aftermath.isResumed(client);
      } else {
        aftermath.isOvertakenByANewMessage(client);
      }
      return aftermath.moment();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("killed after %d ns, kills.seed=%d".formatted(afterNanos, SEED), e);
    }
  }
}
