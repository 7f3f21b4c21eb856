package dev.millrace.benchmarks;

import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.stream.StreamEvents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.Blackhole;

/** Bytes to events to a message, for each event of a text of 2,000 deltas. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventBenchmark {
  private static final int DELTAS = 2_000;

  private final byte[] answer = Streams.text(DELTAS);
  private final List<StreamEvent> events = Streams.events(answer);

  /** Server-sent events alone. */
  @Benchmark
  @OperationsPerInvocation(DELTAS)
  public int frames() throws IOException {
    var parser = new SseParser(new ByteArrayInputStream(answer));
    int count = 0;
    while (parser.next()) {
      count++;
    }
    return count;
  }

  /** The same, and what is in them. */
  @Benchmark
  @OperationsPerInvocation(DELTAS)
  public void typedEvents(Blackhole hole) throws IOException {
    var parser = new SseParser(new ByteArrayInputStream(answer));
    var reader = new StreamEvents();
    while (parser.next()) {
      hole.consume(reader.read(parser));
    }
  }

  /** Events that are there already, to a message. */
  @Benchmark
  @OperationsPerInvocation(DELTAS)
  public MessageResponse message() {
    var message = new MessageAccumulator();
    for (var event : events) {
      message.add(event);
    }
    return message.response();
  }
}
