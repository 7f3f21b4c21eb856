package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Law 7, no half messages: without message_stop there is no message. */
class Law07NoHalfMessagesTest {

  @Test
  @Tag("E01")
  void aBrokenStreamIsAnErrorAndNothingOfItIsKept() {
    try (var world = World.scripted(Reply.says("Half of ", "it").cutAfterEvent(4, Cut.FIN))) {
      var failure = world.failure(world.runner(), "Say it.");
      assertThat(failure.getCause()).isInstanceOf(StreamException.class);
      assertThat(failure.transcript().messages()).hasSize(1);
      assertThat(failure.usage().reported()).as("what was streamed is billed").isTrue();
    }
  }

  @Test
  @Tag("A05")
  void aStopReasonWithoutMessageStopIsNotEnough() {
    try (var world = World.scripted(Reply.says("All of it.").cutAfterEvent(5, Cut.FIN))) {
      var failure = world.failure(world.runner(), "Say it.");
      assertThat(failure.getCause()).isInstanceOf(StreamException.class);
    }
  }

  @Test
  void anAttemptThatFailedBeforeItsFirstEventIsToldAndMadeAgain() {
    var events = new ArrayList<AgentEvent>();
    try (var server =
            MessagesServer.start(
                Script.of(
                    Reply.error(529, "overloaded_error", "Overloaded"), Reply.says("Here.")));
        var client =
            HttpMessagesClient.builder()
                .apiKey(World.KEY)
                .baseUri(server.baseUri())
                .retryPolicy(
                    RetryPolicy.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(2)))
                .build()) {
      var result = AgentRunner.builder(client, "m").build().run("Say it.", events::add);
      assertThat(result.text()).isEqualTo("Here.");
      assertThat(events.stream().filter(AgentEvent.TurnRetried.class::isInstance))
          .singleElement()
          .isInstanceOfSatisfying(
              AgentEvent.TurnRetried.class, retried -> assertThat(retried.attempt()).isEqualTo(2));
      server.verify();
    }
  }

  @Test
  @Tag("A17")
  void bytesAfterMessageStopAndAnOpenConnectionDoNotHoldTheResultBack() {
    try (var world = World.scripted(Reply.says("Done.").holdOpenAfterEnd())) {
      var result = world.runner().build().run("Say it.", RunListener.NONE);
      assertThat(result.text()).isEqualTo("Done.");
    }
  }

  @Test
  @Tag("B01")
  void twoMessagesSplicedIntoOneStreamAreRefused() {
    var start =
        "{\"type\":\"message_start\",\"message\":{\"id\":\"%s\",\"model\":\"m\",\"content\":[]}}";
    var reply =
        Reply.events(
            List.of(
                    start.formatted("msg_1"),
                    start.formatted("msg_2"),
                    "{\"type\":\"message_stop\"}")
                .toArray(String[]::new));
    try (var world = World.scripted(reply)) {
      var failure = world.failure(world.runner(), "Say it.");
      assertThat(failure.getCause()).hasMessageContaining("msg_1").hasMessageContaining("msg_2");
    }
  }
}
