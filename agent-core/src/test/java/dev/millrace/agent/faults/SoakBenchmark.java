package dev.millrace.agent.faults;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.CompactionPolicy;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a long run and many runs leave behind: threads, descriptors and heap, which must not grow.
 * {@code server} in one JVM prints its address; {@code turns ADDRESS COUNT} or {@code runs ADDRESS
 * COUNT} in another, small one measures.
 */
final class SoakBenchmark {
  private static final int LONGEST_PROMPT = 256 * 1024;
  private static final int SAMPLES = 10;
  private static final Limits WIDE =
      new Limits(
          1_000_000,
          1_000_000,
          1_000_000_000_000L,
          BigDecimal.valueOf(1_000_000_000),
          Duration.ofDays(1));

  private SoakBenchmark() {}

  record Look(int number) {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "server" -> serve();
      case "turns" -> turns(URI.create(arguments[1]), Integer.parseInt(arguments[2]));
      case "runs" -> runs(URI.create(arguments[1]), Integer.parseInt(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void serve() throws IOException {
    var next = new AtomicInteger();
    var server =
        MessagesServer.builder()
            .withoutRules()
            .keepRequests(1)
            .start(request -> reply(request, next));
    System.out.println(server.baseUri());
    System.in.read();
    server.close();
  }

  /** The prompt's first message says how many turns there are to be. */
  private static Reply reply(RecordedRequest request, AtomicInteger next) {
    if (request.size() > LONGEST_PROMPT) {
      return Reply.error(400, "invalid_request_error", "prompt is too long");
    }
    var prompt = request.messages().getFirst().path("content").path(0).path("text").asString();
    int turns = Integer.parseInt(prompt.substring(0, prompt.indexOf(' ')));
    var results = request.toolResults();
    int done = results.isEmpty() ? 0 : number(results.getLast().text());
    return done == turns
        ? Reply.says("Done.")
        : Reply.says("Turn ")
            .calls("look", "{\"number\":" + (done + 1) + "}")
            .id("msg_" + next.incrementAndGet());
  }

  private static int number(String result) {
    return Integer.parseInt(result.substring(0, result.indexOf(' ')));
  }

  private static AgentRunner runner(HttpMessagesClient client) {
    var page = "x".repeat(2_000);
    return AgentRunner.builder(client, "m")
        .tools(Tool.of("look", "Looks.", Look.class, look -> look.number() + " " + page))
        .limits(WIDE)
        .compaction(CompactionPolicy.keepLast(20))
        .build();
  }

  private static HttpMessagesClient client(URI server) {
    return HttpMessagesClient.builder().apiKey("k").baseUri(server).maxConnections(4_096).build();
  }

  private static void turns(URI server, int turns) {
    try (var client = client(server)) {
      var samples = new ArrayList<long[]>();
      System.out.println("turns threads descriptors heap-kB");
      RunListener watch =
          event -> {
            if (event instanceof AgentEvent.TurnStarted(int turn)
                && turn % (turns / SAMPLES) == 0) {
              samples.add(sample(turn));
            }
          };
      var result = runner(client).run(Transcript.of(turns + " turns, please."), watch);
      System.out.println(result.outcome() + " after " + result.turns() + " turns");
      for (int column = 1; column <= 3; column++) {
        System.out.printf(
            "slope of column %d: %.3f per 1,000 turns%n", column, slope(samples, column));
      }
    }
  }

  private static long[] sample(long turn) {
    System.gc();
    var threads = ManagementFactory.getThreadMXBean().getThreadCount();
    var descriptors = new File("/proc/self/fd").list();
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
    var sample = new long[] {turn, threads, descriptors == null ? 0 : descriptors.length, heap};
    System.out.printf("%d %d %d %d%n", sample[0], sample[1], sample[2], sample[3]);
    return sample;
  }

  /** By least squares. */
  private static double slope(List<long[]> samples, int column) {
    double x = samples.stream().mapToLong(sample -> sample[0]).average().orElse(0);
    double y = samples.stream().mapToLong(sample -> sample[column]).average().orElse(0);
    double both = 0;
    double square = 0;
    for (var sample : samples) {
      both += (sample[0] - x) * (sample[column] - y);
      square += (sample[0] - x) * (sample[0] - x);
    }
    return both / square * 1_000;
  }

  private static void runs(URI server, int runs) throws Exception {
    try (var client = client(server);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var runner = runner(client);
      sample(0);
      for (int round = 1; round <= 3; round++) {
        var together = new CountDownLatch(runs);
        long start = System.nanoTime();
        var ends = new ArrayList<Future<String>>();
        for (int i = 0; i < runs; i++) {
          ends.add(threads.submit(() -> runner.run("3 turns, please.", meet(together)).text()));
        }
        for (var end : ends) {
          if (!end.get().equals("Done.")) {
            throw new IllegalStateException(end.get());
          }
        }
        System.out.printf(
            "%d runs at once, of 4 turns each: %.2f s%n", runs, (System.nanoTime() - start) / 1e9);
        sample(round);
      }
    }
  }

  /** No run goes on before all are in the middle of their first message. */
  private static RunListener meet(CountDownLatch together) {
    var hasMet = new AtomicInteger();
    return event -> {
      if (event instanceof AgentEvent.TextDelta && hasMet.getAndIncrement() == 0) {
        together.countDown();
        try {
          together.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }
}
