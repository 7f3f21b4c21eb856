package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 6, one end: a result, a cancelled result or a typed exception; never two, never none. */
class Law06OneEndTest {
  private static final String INPUT = "{\"path\":\"a\"}";

  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  void aStreamCutAtAnyEventEndsTheRunOnceAndItsToolsNeverRun(Cut way) {
    var turn = Reply.thinks("Hm.").says("Let me see. ").calls("write", INPUT);
    // message_start; three blocks of a start, a delta or more and a stop; message_delta
    for (int n = 0; n < 11; n++) {
      try (var world = World.scripted(turn.cutAfterEvent(n, way))) {
        var failure = world.failure(world.runner(), "Write.");
        assertThat(failure.getCause()).as("after event %s", n).isInstanceOf(RuntimeException.class);
        assertThat(world.events(AgentEvent.RunFinished.class)).isEmpty();
        assertThat(world.events(AgentEvent.MessageCompleted.class)).isEmpty();
        assertThat(world.ran()).isEmpty();
      }
    }
  }

  @Test
  @Tag("I05")
  void aResultIsToldOnceAndLast() {
    try (var world = World.scripted(Reply.calls("write", INPUT), Reply.says("Done."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(world.events(AgentEvent.RunFinished.class)).hasSize(1);
      assertThat(world.events().getLast()).isEqualTo(new AgentEvent.RunFinished(result));
    }
  }

  @Test
  @Tag("I05")
  void aPulledRunEndsItsEventsAndThrowsItsFailure() {
    try (var world = World.scripted(Reply.error(400, "invalid_request_error", "nonsense"))) {
      List<AgentEvent> seen = new ArrayList<>();
      try (var run = world.runner().build().start(Transcript.of("Write."))) {
        run.forEach(seen::add);
        assertThat(seen).noneMatch(AgentEvent.RunFinished.class::isInstance);
        assertThatThrownBy(run::result)
            .isInstanceOf(RunFailedException.class)
            .hasMessageContaining("nonsense")
            .cause()
            .isInstanceOfSatisfying(
                ApiException.class, cause -> assertThat(cause.status()).hasValue(400));
      }
    }
  }

  @Test
  @Tag("E07")
  @Tag("I01")
  void closingAPulledRunInMidStreamEndsItCancelled() {
    try (var world = World.scripted(Reply.says("One ", "two ", "three ").stallAfterEvent(4))) {
      var run = world.runner().build().start(Transcript.of("Count."));
      for (var event : run) {
        if (event instanceof AgentEvent.TextDelta) {
          break;
        }
      }
      run.close();
      assertThat(run.result().outcome()).isEqualTo(RunOutcome.CANCELLED);
      World.assertSendable(run.result().transcript());
    }
  }

  @Test
  @Tag("I02")
  void anInterruptCancelsAndStaysSet() throws InterruptedException {
    for (var builder : List.of(Thread.ofVirtual(), Thread.ofPlatform())) {
      try (var world = World.scripted(Reply.says("One ", "two ").stallAfterEvent(4))) {
        var ended = new ArrayList<Object>();
        var thread =
            builder.unstarted(() -> {
              var result =
                  world
                      .runner()
                      .build()
                      .run(
                          Transcript.of("Count."),
                          event -> {
                            if (event instanceof AgentEvent.TextDelta) {
                              Thread.currentThread().interrupt();
                            }
                          });
              ended.add(result.outcome());
              ended.add(Thread.currentThread().isInterrupted());
            });
        thread.start();
        thread.join();
        assertThat(ended).containsExactly(RunOutcome.CANCELLED, true);
      }
    }
  }
}
