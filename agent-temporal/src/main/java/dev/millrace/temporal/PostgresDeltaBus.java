package dev.millrace.temporal;

import dev.millrace.agent.message.InvalidJsonException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries news between all processes that reach one PostgreSQL database, by {@code NOTIFY} on the
 * channel {@value #CHANNEL}; nothing is written to a table. It keeps two connections, which must be
 * the database's own and not those of a pooler that shares them. The driver, {@code
 * org.postgresql:postgresql}, is an optional dependency.
 */
public final class PostgresDeltaBus implements DeltaBus, AutoCloseable {
  static final String CHANNEL = "millrace_deltas";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresDeltaBus.class);
  private static final int MOST_WAITING = 10_000;
  private static final int LOOK_MILLIS = 500;
  private static final long PAUSE_MILLIS = 500;

  private final DataSource database;
  private final LocalDeltaBus local = new LocalDeltaBus();
  private final BlockingQueue<Delta> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  private PostgresDeltaBus(DataSource database) {
    this.database = database;
  }

  /**
   * A bus over a database; it hears what is told from now on.
   *
   * @throws SQLException when there is no way to it
   */
  public static PostgresDeltaBus on(DataSource database) throws SQLException {
    var bus = new PostgresDeltaBus(database);
    var listening = bus.listen();
    bus.start("listens", () -> bus.hear(listening));
    bus.start("tells", bus::tell);
    return bus;
  }

  private void start(String does, Runnable work) {
    threads.add(Thread.ofPlatform().daemon().name("millrace delta bus " + does).start(work));
  }

  @Override
  public void publish(Delta delta) {
    if (!waiting.offer(delta)) {
      LOG.debug("news of run {} found no place", delta.runId());
    }
  }

  @Override
  public Subscription subscribe(String runId, Consumer<Delta> watcher) {
    return local.subscribe(runId, watcher);
  }

  private Connection listen() throws SQLException {
    var connection = database.getConnection();
    try (var statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      statement.execute("LISTEN " + CHANNEL);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void hear(Connection first) {
    var next = first;
    while (!closed) {
      try (var connection = next == null ? listen() : next) {
        hearOn(connection.unwrap(PGConnection.class));
      } catch (SQLException e) {
        lost("listen", e);
      }
      next = null;
    }
  }

  private void hearOn(PGConnection connection) throws SQLException {
    var parts = new Notifications.Parts();
    while (!closed) {
      var notifications = connection.getNotifications(LOOK_MILLIS);
      for (int i = 0; notifications != null && i < notifications.length; i++) {
        for (var text : parts.take(notifications[i].getParameter())) {
          publishLocally(text);
        }
      }
    }
  }

  private void publishLocally(String text) {
    try {
      local.publish(Delta.parse(text));
    } catch (IllegalArgumentException | InvalidJsonException e) {
      LOG.warn("something else came over {}: {}", CHANNEL, e.getMessage());
    }
  }

  private void tell() {
    var batch = new ArrayList<Delta>();
    while (!closed) {
      try (var connection = database.getConnection();
          var notify = connection.prepareStatement("SELECT pg_notify('" + CHANNEL + "', ?)")) {
        connection.setAutoCommit(true);
        while (!closed) {
          // What was lost with a connection is told again.
          if (batch.isEmpty()) {
            batch.add(waiting.take());
            waiting.drainTo(batch);
          }
          var texts = batch.stream().map(delta -> delta.json().text()).toList();
          for (var payload : Notifications.of(texts)) {
            notify.setString(1, payload);
            notify.execute();
          }
          batch.clear();
        }
      } catch (SQLException e) {
        lost("tell", e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void lost(String what, SQLException e) {
    if (closed) {
      return;
    }
    LOG.warn("the connection to {} was lost, another is made", what, e);
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends both connections; what still waits is dropped. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
