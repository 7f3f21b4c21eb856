package dev.millrace.benchmarks;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.tool.Tool;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A turn of the loop with one call, from the events to the next request; no HTTP. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TurnBenchmark {
  private static final int TURNS = 50;

  record Lookup(String key, int limit) {}

  private final List<List<StreamEvent>> answers =
      Stream.concat(
              IntStream.range(1, TURNS).mapToObj(TurnBenchmark::calling),
              Stream.of(Streams.events(Streams.text(5))))
          .toList();

  /** Calls until the last turn. */
  private final MessagesClient client =
      (request, cancel, listener) ->
          answers.get(request.messages().size() / 2).forEach(listener::on);

  private final AgentRunner runner =
      AgentRunner.builder(client, "claude-opus-5-5")
          .tools(Tool.of("lookup", "Looks it up.", Lookup.class, lookup -> "it is " + lookup.key()))
          .build();

  private static List<StreamEvent> calling(int turn) {
    return Streams.events(
        Streams.call("toolu_" + turn, "lookup", "{\"key\":\"k%d\",\"limit\":3}".formatted(turn)));
  }

  @Benchmark
  @OperationsPerInvocation(TURNS)
  public RunResult loop() {
    return runner.run("Look it all up.", RunListener.NONE);
  }
}
