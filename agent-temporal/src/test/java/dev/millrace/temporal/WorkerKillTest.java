package dev.millrace.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import io.temporal.api.history.v1.HistoryEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are killed and frozen while they run an agent. */
class WorkerKillTest {
  private static final int KILLS = Integer.getInteger("worker.kills", 20);
  private static final long SEED = Long.getLong("worker.kills.seed", System.nanoTime());
  private static final int RUNS_AT_ONCE = 3;

  @TempDir private Path folder = Path.of("");

  private final Map<String, RunResult> results = new ConcurrentHashMap<>();

  @Test
  void runsOutliveTheirWorkers() throws Exception {
    System.out.printf("worker.kills.seed=%d%n", SEED);
    var shop = new Shop(folder.resolve("effects"));
    try (var engine = Engine.start();
        var model = MessagesServer.builder().keepRequests(100_000).start(Shop::answer)) {
      var kills = killedWhileRunning(engine, model);
      int unknown = 0;
      for (var run : results.entrySet()) {
        unknown += checkRun(run.getKey(), run.getValue(), shop.effects());
        checkAttempts(run.getKey(), engine.history(run.getKey()), shop.effects(), model.requests());
      }
      System.out.printf("a step adds %d ms at the median%n", overhead(engine));
      System.out.printf(
          "%d runs, %d kills, %d calls of unknown outcome; a step that was killed was done again"
              + " after %s%n",
          results.size(), KILLS, unknown, recoveries(engine, kills));
      model.verify();
    }
  }

  @Test
  void aWorkerThatStandsStillDoesNothingTwice() throws Exception {
    var shop = new Shop(folder.resolve("effects"));
    try (var engine = Engine.start();
        var model = MessagesServer.start(Shop::answer);
        var frozen = worker(engine, model)) {
      var running = Executors.newVirtualThreadPerTaskExecutor();
      var ended = running.submit(() -> run(engine, "frozen"));
      while (shop.effects().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      frozen.signal("STOP");
      try (var other = worker(engine, model)) {
        var result = ended.get();
        frozen.signal("CONT");
        TimeUnit.MILLISECONDS.sleep(2 * WorkerProcess.HEARTBEAT.toMillis());
        checkRun("frozen", result, shop.effects());
      }
      running.close();
    }
  }

  private List<Long> killedWhileRunning(Engine engine, MessagesServer model) throws Exception {
    var random = new Random(SEED);
    var kills = new ArrayList<Long>();
    var workers = new ArrayList<WorkerProcess>();
    var isEnding = new AtomicBoolean();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var number = new AtomicInteger();
    try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2; i++) {
        workers.add(worker(engine, model));
      }
      for (int i = 0; i < RUNS_AT_ONCE; i++) {
        running.execute(() -> {
          try {
            while (!isEnding.get()) {
              run(engine, "run-" + number.incrementAndGet());
            }
          } catch (Throwable e) {
            failures.add(e);
          }
        });
      }
      for (int i = 0; i < KILLS; i++) {
        TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(1_500));
        int victim = random.nextInt(workers.size());
        workers.get(victim).close();
        kills.add(System.currentTimeMillis());
        workers.set(victim, worker(engine, model));
      }
      isEnding.set(true);
    } finally {
      for (var worker : workers) {
        worker.close();
      }
    }
    assertThat(failures).isEmpty();
    return kills;
  }

  private WorkerProcess worker(Engine engine, MessagesServer model) throws Exception {
    return WorkerProcess.start(engine, model.baseUri(), folder.resolve("effects"), 0);
  }

  private RunResult run(Engine engine, String id) {
    var result = engine.runs().start(id, "agent", Transcript.of("Order " + id)).result();
    results.put(id, result);
    return result;
  }

  /** How many calls of the run the model was told it does not know the outcome of. */
  private static int checkRun(String id, RunResult result, Map<String, Long> effects) {
    assertThat(result.outcome()).as(id).isEqualTo(RunOutcome.COMPLETED);
    assertThat(result.turns()).as(id).isEqualTo(Shop.TURNS + 1);
    int unknown = 0;
    for (int turn = 1; turn <= Shop.TURNS; turn++) {
      var told = result.transcript().messages().get(2 * turn).toolResults();
      assertThat(told.getFirst().text()).as(id).isEqualTo("seen");
      long paid = effects.getOrDefault(id + "/pay_" + turn, 0L);
      assertThat(paid).as("effects of %s/pay_%d", id, turn).isLessThanOrEqualTo(1);
      if (told.getLast().text().equals("paid")) {
        assertThat(paid).as("effects of %s/pay_%d", id, turn).isEqualTo(1);
      } else {
        assertThat(told.getLast().text()).as(id).startsWith("Not known whether");
        assertThat(told.getLast().isError()).isTrue();
        unknown++;
      }
    }
    return unknown;
  }

  /** A step is done once for each attempt that the engine knows of, so none after its end. */
  private static void checkAttempts(
      String id, List<HistoryEvent> history, Map<String, Long> effects, List<RecordedRequest> all) {
    var attempts = attempts(history);
    for (int turn = 1; turn <= Shop.TURNS + 1; turn++) {
      int number = turn;
      long asked =
          all.stream()
              .filter(request -> request.turn() == number)
              .filter(request -> request.body().toString().contains("\"Order " + id + "\""))
              .count();
      assertThat(asked)
          .as("requests of %s m/%d", id, turn)
          .isBetween(1L, attempts.get("m/" + turn));
    }
    for (int turn = 1; turn <= Shop.TURNS; turn++) {
      long looked = effects.getOrDefault(id + "/look_" + turn, 0L);
      assertThat(looked)
          .as("effects of %s/look_%d", id, turn)
          .isBetween(1L, attempts.get("t/look_" + turn));
    }
  }

  private static Map<String, Long> attempts(List<HistoryEvent> history) {
    var keys = new HashMap<Long, String>();
    var attempts = new HashMap<String, Long>();
    for (var event : history) {
      if (event.hasActivityTaskScheduledEventAttributes()) {
        var input = event.getActivityTaskScheduledEventAttributes().getInput().getPayloads(1);
        keys.put(event.getEventId(), Json.parse(input.getData().toByteArray()).string("key"));
      } else if (event.hasActivityTaskStartedEventAttributes()) {
        var started = event.getActivityTaskStartedEventAttributes();
        attempts.merge(
            keys.get(started.getScheduledEventId()), (long) started.getAttempt(), Math::max);
      }
    }
    return attempts;
  }

  /** What a run takes beyond what its steps do, for each of them, where none was done again. */
  private long overhead(Engine engine) {
    var millis = new ArrayList<Long>();
    for (var id : results.keySet()) {
      var history = engine.history(id);
      if (attempts(history).values().stream().allMatch(attempt -> attempt == 1)) {
        long whole = millis(history.getLast()) - millis(history.getFirst());
        millis.add((whole - busy(history)) / (3 * Shop.TURNS + 1));
      }
    }
    millis.sort(Long::compare);
    return millis.isEmpty() ? 0 : millis.get(millis.size() / 2);
  }

  /** How long at least one step was at work. */
  private static long busy(List<HistoryEvent> history) {
    long busy = 0;
    long since = 0;
    int working = 0;
    for (var event : history) {
      boolean begins = event.hasActivityTaskStartedEventAttributes();
      if (begins && working++ == 0) {
        since = millis(event);
      }
      boolean ends =
          event.hasActivityTaskCompletedEventAttributes()
              || event.hasActivityTaskTimedOutEventAttributes();
      if (ends && --working == 0) {
        busy += millis(event) - since;
      }
    }
    return busy;
  }

  private static long millis(HistoryEvent event) {
    return Timestamps.toMillis(event.getEventTime());
  }

  /** The time from a kill to the begin of the next attempt of a step that it ended. */
  private String recoveries(Engine engine, List<Long> kills) {
    var millis = new ArrayList<Long>();
    for (var id : results.keySet()) {
      for (var event : engine.history(id)) {
        if (event.hasActivityTaskStartedEventAttributes()
            && event.getActivityTaskStartedEventAttributes().getAttempt() > 1) {
          long at = millis(event);
          kills.stream()
              .filter(kill -> kill <= at)
              .max(Long::compare)
              .ifPresent(kill -> millis.add(at - kill));
        }
      }
    }
    millis.sort(Long::compare);
    return millis.isEmpty()
        ? "no time, as none was"
        : "%d ms at the median, %d at most, of %d"
            .formatted(millis.get(millis.size() / 2), millis.getLast(), millis.size());
  }
}
