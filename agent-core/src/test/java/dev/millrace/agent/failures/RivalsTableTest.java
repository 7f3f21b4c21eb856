package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.laws.World;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each row of the README's table is a case: what Millrace does there is what it says. */
class RivalsTableTest {
  private static final Path README =
      Path.of(System.getProperty("basedir", "."), "../README.md").normalize();
  private static final URI NOWHERE = URI.create("http://localhost:1");

  @ParameterizedTest
  @EnumSource
  void aRunEndsAsTheTableSays(RivalScenario scenario) {
    try (var elsewhere = MessagesServer.start(request -> Reply.says("stolen"))) {
      for (var replies : scenario.plays(URI.create("http://localhost:" + elsewhere.port()))) {
        try (var world = World.answering(request -> nth(replies, request.number()))) {
          var end = RivalEnd.of(world);
          scenario.check(end);
          end.assertHonest();
        }
      }
      assertThat(elsewhere.requests()).as("what another host was sent").isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ENDS_EARLY", "OVERLOADED_IN_MID_STREAM"})
  void aStreamThatBreaksIsAskedForAgainUnlessRetriesAreOff(RivalScenario scenario) {
    var broken = scenario.plays(NOWHERE).getFirst().getFirst();
    try (var world = World.recovering(broken, Reply.says("All of it."))) {
      var result = world.run(world.runner(), "Write.");
      assertThat(result.text()).isEqualTo("All of it.");
      assertThat(world.events(AgentEvent.TurnRetried.class)).hasSize(1);
      assertThat(world.ran()).isEmpty();
      assertThat(result.transcript().messages()).hasSize(2);
      World.assertSendable(result.transcript());
      world.server().verify();
    }
  }

  @Test
  void theReadmeShowsTheseRows() throws IOException {
    assertThat(Files.readString(README)).contains(RivalScenario.table());
  }

  private static Reply nth(List<Reply> replies, int number) {
    return replies.get(Math.min(number, replies.size()) - 1);
  }
}
