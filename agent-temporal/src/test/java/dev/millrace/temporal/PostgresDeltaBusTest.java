package dev.millrace.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** News over a real database, which {@code -Dpostgres.url} names. */
@EnabledIfSystemProperty(named = "postgres.url", matches = "jdbc:.+")
class PostgresDeltaBusTest {
  private static PGSimpleDataSource database(String application) {
    var database = new PGSimpleDataSource();
    database.setUrl(System.getProperty("postgres.url"));
    database.setApplicationName(application);
    return database;
  }

  private static Delta delta(String run, int number, String text) {
    return new Delta(run, "m/1", 1, number, new Json().put("text", text).object());
  }

  @Test
  void goesFromOneProcessToAnotherInOrder() throws Exception {
    BlockingQueue<Delta> heard = new LinkedBlockingQueue<>();
    try (var worker = PostgresDeltaBus.on(database("order"));
        var watcher = PostgresDeltaBus.on(database("order"));
        var watching = watcher.subscribe("run", heard::add)) {
      worker.publish(delta("other", 0, "not for us"));
      for (int i = 0; i < 2_000; i++) {
        worker.publish(delta("run", i, i == 1_000 ? "z\u00e9".repeat(50_000) : "piece " + i));
      }
      for (int i = 0; i < 2_000; i++) {
        assertThat(heard.take().sequence()).isEqualTo(i);
      }
    }
  }

  @Test
  void outlivesALostConnection() throws Exception {
    BlockingQueue<Delta> heard = new LinkedBlockingQueue<>();
    try (var bus = PostgresDeltaBus.on(database("lost"));
        var watching = bus.subscribe("lost", heard::add)) {
      bus.publish(delta("lost", 0, "before"));
      heard.take();
      try (var connection = database("killer").getConnection();
          var statement = connection.createStatement()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost'");
      }
      Delta last = null;
      for (int i = 1; last == null; i++) {
        bus.publish(delta("lost", i, "after"));
        last = heard.poll(100, TimeUnit.MILLISECONDS);
      }
      assertThat(List.of(last)).extracting(Delta::runId).containsExactly("lost");
    }
  }
}
