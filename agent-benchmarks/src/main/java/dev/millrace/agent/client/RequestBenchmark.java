package dev.millrace.agent.client;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import java.util.List;
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

/** The request of turn 100 as bytes, alone and after that of the turn before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestBenchmark {
  private static final int MOST = 1 << 25;

  private final Transcript transcript = transcript(100);
  private final MessageRequest.Builder going = MessageRequest.to("claude-opus-5-5", 1024);

  private static Transcript transcript(int turns) {
    var transcript = Transcript.of("Look it all up.");
    for (int i = 0; i < turns; i++) {
      var use = new ToolUse("toolu_" + i, "lookup", RawJson.parse("{\"key\":\"k" + i + "\"}"));
      transcript =
          transcript
              .plus(Message.of(Role.ASSISTANT, List.of(use)))
              .plus(Message.of(Role.USER, List.of(ToolResult.of(use.id(), "x".repeat(160)))));
    }
    return transcript;
  }

  @Benchmark
  public long alone() {
    var request = MessageRequest.to("claude-opus-5-5", 1024).build(transcript);
    return RequestBody.of(request, ApiVersion.V2026_10_21, MOST).getContentLength();
  }

  @Benchmark
  public long afterTheLast() {
    return RequestBody.of(going.build(transcript), ApiVersion.V2026_10_21, MOST).getContentLength();
  }
}
