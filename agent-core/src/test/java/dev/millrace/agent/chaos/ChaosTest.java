package dev.millrace.agent.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.laws.Judge;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many runs at once over real sockets, with everything going wrong that can, by chance but
 * repeatably: whatever happens, each run has one end and a history that the API accepts. A failure
 * names its seed, to be run again alone by {@code -Dchaos.seed=... -Dchaos.runs=1}.
 */
@Isolated("its clocks are short, and at its end no thread may be left")
class ChaosTest {
  private static final long SEED = Long.getLong("chaos.seed", 20_261_122L);
  private static final int RUNS = Integer.getInteger("chaos.runs", 200);
  private static final int AT_ONCE = 8;

  /** Ends without which the test would not have tested much. */
  private static final String[] ALL_KINDS = {
    "COMPLETED",
    "CANCELLED",
    "REFUSED",
    "IncompleteStreamException",
    "IllegalStateException",
    "OverloadedException"
  };

  private final Map<Integer, ChaosModel> models = new ConcurrentHashMap<>();

  @TempDir private Path folder = Path.of("");

  @Test
  @Tag("I05")
  void eachRunHasOneEndAndASendableHistory() throws Exception {
    try (var server = MessagesServer.start(this::answer);
        var client = client(server);
        var judge = new Judge()) {
      var runs = IntStream.range(0, RUNS).mapToObj(i -> new ChaosRun(i, SEED + i, client)).toList();
      var ends = checkAll(runs, judge);
      if (RUNS >= 200) {
        assertThat(ends).contains(ALL_KINDS);
      }
      assertThat(threads()).as("the look for threads sees them").isNotEmpty();
      server.verify();
      await("all tools to return", () -> runs.stream().allMatch(r -> r.tools().running() == 0));
    }
    await("our threads to end", () -> threads().isEmpty());
  }

  private static HttpMessagesClient client(MessagesServer server) {
    return HttpMessagesClient.builder()
        .apiKey("key")
        .baseUri(server.baseUri())
        .retryPolicy(
            new RetryPolicy(
                2,
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofSeconds(1),
                1,
                RetryPolicy.Scope.WHOLE_TURN))
        .timeouts(
            Timeouts.DEFAULT
                .withFirstByte(Duration.ofMillis(300))
                .withIdle(Duration.ofMillis(200))
                .withProgress(Duration.ofMillis(300)))
        .build();
  }

  private Reply answer(RecordedRequest request) {
    var prompt = request.messages().getFirst().path("content").path(0).path("text").asString();
    int number = Integer.parseInt(prompt.substring("chaos ".length()));
    return models.computeIfAbsent(number, n -> new ChaosModel(n, SEED + n)).next();
  }

  /**
   * Runs them all, some at a time, each on a thread of its own; tells the seed of the first that
   * fails.
   */
  private static Set<String> checkAll(List<ChaosRun> runs, Judge judge)
      throws InterruptedException {
    var places = new Semaphore(AT_ONCE);
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      var ends =
          runs.stream().map(run -> executor.submit(() -> check(run, judge, places))).toList();
      var seen = new TreeSet<String>();
      for (int i = 0; i < ends.size(); i++) {
        seen.add(end(i, ends.get(i)));
      }
      return seen;
    } finally {
      executor.shutdownNow(); // and no wait, for a run without an end would hold it up
    }
  }

  private static String check(ChaosRun run, Judge judge, Semaphore places)
      throws InterruptedException {
    places.acquire();
    try {
      return run.check(judge);
    } finally {
      places.release();
    }
  }

  private static String end(int run, Future<String> end) throws InterruptedException {
    try {
      return end.get(1, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new AssertionError("run %d, seed %d".formatted(run, SEED + run), e.getCause());
    } catch (TimeoutException e) {
      end.cancel(true);
      throw new AssertionError("run %d, seed %d has no end".formatted(run, SEED + run), e);
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("waited 10 s for " + what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** The names of our threads that are alive, virtual ones among them. */
  private List<String> threads() throws IOException {
    var file = Files.createTempFile(folder, "threads", ".txt");
    Files.delete(file);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
    return Files.readAllLines(file).stream()
        .filter(line -> line.matches("#\\d+ \"(millrace|tool |messages-server).*"))
        .toList();
  }
}
