package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Law 11, loud: nothing is swallowed, an interrupt is a cancel, and no secret is told. */
class Law11LoudTest {
  private static final String INPUT = "{\"path\":\"a\"}";

  @Test
  @Tag("I04")
  void aListenerThatThrowsEndsTheRunWithItsException() {
    var gone = new IllegalStateException("the screen is gone");
    try (var world = World.scripted(Reply.says("Hello."))) {
      var runner = world.runner().build();
      assertThatThrownBy(() ->
              runner.run(
                  "Hi.",
                  event -> {
                    if (event instanceof AgentEvent.TextDelta) {
                      throw gone;
                    }
                  }))
          .isInstanceOf(RunFailedException.class)
          .hasCause(gone);
    }
  }

  @Test
  void aPolicyThatThrowsEndsTheRunWithItsException() {
    var broken = new IllegalStateException("no policy file");
    try (var world = World.scripted(Reply.calls("write", INPUT))) {
      var failure =
          world.failure(
              world
                  .runner()
                  .policy((use, tool) -> {
                    throw broken;
                  }),
              "Write.");
      assertThat(failure).hasCause(broken);
      assertThat(world.ran()).isEmpty();
      World.assertSendable(failure.transcript());
    }
  }

  @Test
  @Tag("I02")
  void anInterruptWhileToolsRunIsACancelAndNotAResult() {
    try (var world = World.scripted(Reply.calls("write", INPUT))) {
      var runThread = Thread.currentThread();
      var tool =
          world.tool(
              "write",
              "path",
              (input, context) -> {
                runThread.interrupt();
                Thread.currentThread().join();
                return ToolOutput.text("never");
              });
      var result = world.runner().tools(tool).build().run("Write.", world.events()::add);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(result.outcome()).isEqualTo(RunOutcome.CANCELLED);
      World.assertSendable(result.transcript());
    }
  }

  @Test
  @Tag("G02")
  void aFatalErrorOfAToolIsAnsweredAndThenEndsTheRun() {
    try (var world = World.scripted(Reply.calls("write", INPUT))) {
      var tool =
          world.tool(
              "write",
              "path",
              (input, context) -> {
                throw new OutOfMemoryError("pretended");
              });
      var failure = world.failure(world.runner().tools(tool), "Write.");
      assertThat(failure).hasRootCauseInstanceOf(OutOfMemoryError.class);
      assertThat(World.lastResults(failure.transcript())).hasSize(1);
      World.assertSendable(failure.transcript());
    }
  }

  static Stream<Reply> troubles() {
    return Stream.of(
        Reply.error(401, "authentication_error", "bad key " + World.KEY),
        Reply.status(500, "text/plain", "echo: x-api-key: " + World.KEY),
        Reply.status(200, "text/html", "<html>" + World.KEY),
        Reply.says("Hm.").errorEventAfter(2, "api_error", "key " + World.KEY),
        Reply.says("Hm.").cutAfterEvent(2, Cut.RST),
        Reply.status(307, "text/plain", "").header("location", "http://127.0.0.1:9/"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void theKeyIsInNoExceptionAndNoTranscript(Reply trouble) {
    try (var world = World.scripted(trouble)) {
      var failure = world.failure(world.runner(), "Write.");
      var trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain(World.KEY);
      assertThat(failure.transcript().json().text()).doesNotContain(World.KEY);
      assertThat(world.events().toString()).doesNotContain(World.KEY);
    }
  }

  @Test
  void aTranscriptWithNothingToAnswerIsRefusedAtOnce() {
    try (var world = World.scripted()) {
      var runner = world.runner().build();
      assertThatThrownBy(() -> runner.run(Transcript.EMPTY, world.events()::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("add a user message");
    }
  }
}
