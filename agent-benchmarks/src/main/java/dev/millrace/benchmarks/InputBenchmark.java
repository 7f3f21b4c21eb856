package dev.millrace.benchmarks;

import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.stream.JsonChange;
import dev.millrace.agent.stream.MessageAccumulator;
import dev.millrace.agent.stream.PartialJson;
import dev.millrace.agent.stream.StreamEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The input of one call, as a whole and as it grows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InputBenchmark {
  @Param({"10000", "100000", "1000000"})
  private int characters;

  private List<StreamEvent> events = List.of();
  private List<String> pieces = List.of();

  @Setup
  public void make() {
    events = Streams.events(Streams.input(characters));
    pieces =
        events.stream()
            .filter(StreamEvent.InputJsonDelta.class::isInstance)
            .map(event -> ((StreamEvent.InputJsonDelta) event).partialJson())
            .toList();
  }

  /** Events to a message with a call whose input is checked. */
  @Benchmark
  public MessageResponse message() {
    var message = new MessageAccumulator();
    for (var event : events) {
      message.add(event);
    }
    return message.response();
  }

  /** A screen that shows each piece where it belongs. */
  @Benchmark
  public int liveView() {
    var input = new PartialJson();
    var view = input.follow();
    int shown = 0;
    for (var piece : pieces) {
      input.append(piece);
      for (var change : view.changes()) {
        if (change instanceof JsonChange.Appended(var pointer, var text)) {
          shown += text.length();
        }
      }
    }
    return shown;
  }
}
