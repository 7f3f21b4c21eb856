package dev.millrace.benchmarks;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.schema.Violation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;

/** A small input against its schema. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SchemaBenchmark {
  record Edit(String oldText, String newText) {}

  record Edits(String path, List<Edit> edits, Optional<String> version) {}

  private final JsonSchema schema = JsonSchema.from(Edits.class);
  private final JsonNode input =
      RawJson.parse(
              "{\"path\":\"a.txt\",\"edits\":[{\"oldText\":\"a\",\"newText\":\"b\"},"
                  + "{\"oldText\":\"c\",\"newText\":\"d\"}],\"version\":\"1\"}")
          .node();

  @Benchmark
  public List<Violation> valid() {
    return schema.validate(input);
  }
}
