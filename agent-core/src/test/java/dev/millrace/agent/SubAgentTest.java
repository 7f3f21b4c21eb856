package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentEvent.SubAgentEvent;
import dev.millrace.agent.AgentEvent.SubAgentEvent.Caller;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** An agent is a tool of another one: it shares limits, cancelling and the listener. */
class SubAgentTest {
  private static final String TASK = "{\"task\":\"Find it.\"}";

  @Test
  void givesItsFinalTextAndTellsWhatHappensOnTheRunsOwnThread() {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "research", TASK),
            Reply.calls("toolu_2", "look", "{\"where\":\"here\"}"),
            Reply.says("It is here."),
            Reply.says("Found."))) {
      var looker = world.runner().tools(world.tool("look", "where")).system("You look.").build();
      var threads = new CopyOnWriteArrayList<Thread>();
      var result =
          world
              .runner()
              .tools(looker.asTool("research", "Finds things."))
              .build()
              .run(
                  "Where is it?",
                  event -> {
                    threads.add(Thread.currentThread());
                    world.events().add(event);
                  });
      assertThat(World.lastResults(result.transcript()).getFirst().text()).isEqualTo("It is here.");
      assertThat(threads).containsOnly(Thread.currentThread());
      var inner = world.events(SubAgentEvent.class);
      assertThat(inner)
          .allSatisfy(
              event -> assertThat(event.path()).containsExactly(new Caller("toolu_1", "research")));
      assertThat(inner.getFirst().event()).isInstanceOf(AgentEvent.RunStarted.class);
      assertThat(inner.getLast().event()).isInstanceOf(AgentEvent.RunFinished.class);
      assertThat(inner)
          .extracting(SubAgentEvent::event)
          .hasAtLeastOneElementOfType(AgentEvent.ToolFinished.class)
          .hasAtLeastOneElementOfType(AgentEvent.TextDelta.class);
      assertThat(world.server().requests())
          .extracting(RecordedRequest::body)
          .filteredOn(body -> body.toString().contains("You look."))
          .hasSize(2);
    }
  }

  @Test
  void thePathNamesEachCallOnTheWayDown() {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "manager", TASK),
            Reply.calls("toolu_2", "worker", TASK),
            Reply.says("Worked."),
            Reply.says("Managed."),
            Reply.says("Done."))) {
      var worker = world.runner().build().asTool("worker", "Works.");
      var manager = world.runner().tools(worker).build().asTool("manager", "Manages.");
      world.run(world.runner().tools(manager), "Go.");
      assertThat(world.events(SubAgentEvent.class))
          .filteredOn(event -> event.path().size() == 2)
          .allSatisfy(event ->
              assertThat(event.path())
                  .containsExactly(
                      new Caller("toolu_1", "manager"), new Caller("toolu_2", "worker")))
          .extracting(SubAgentEvent::event)
          .contains(new AgentEvent.TextDelta("Worked."));
    }
  }

  @Test
  void whatItTakesCountsAgainstTheLimitsOfTheRunAround() {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "research", TASK),
            Reply.calls("toolu_2", "write", "{\"path\":\"a\"}"),
            Reply.calls("toolu_3", "write", "{\"path\":\"b\"}"),
            Reply.says("Enough."))) {
      var looker = world.runner().build();
      var limited =
          world
              .runner()
              .tools(looker.asTool("research", "Finds things."))
              .limits(Limits.DEFAULT.toolCalls(2));
      var result = world.run(limited, "Where is it?");
      var told = World.lastResults(result.transcript()).getFirst();
      assertThat(told.isError()).isTrue();
      assertThat(told.text()).contains("did not finish (LIMIT_REACHED)");
      assertThat(world.ran()).hasSize(1);
    }
  }

  @Test
  void itIsCancelledAlong() throws Exception {
    var inside = new CountDownLatch(1);
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "research", TASK), Reply.calls("toolu_2", "wait", TASK))) {
      var wait =
          world.tool(
              "wait",
              "task",
              (input, context) -> {
                inside.countDown();
                new CountDownLatch(1).await();
                return ToolOutput.text("never");
              });
      var looker = world.runner().tools(wait).build();
      var runner = world.runner().tools(looker.asTool("research", "Finds things.")).build();
      try (var run = runner.start(dev.millrace.agent.message.Transcript.of("Go."))) {
        inside.await();
        run.cancel();
        assertThat(run.result().outcome()).isEqualTo(RunOutcome.CANCELLED);
      }
    }
  }

  @Test
  void whereNobodyCanBeAskedItFailsAndSaysWhatItWanted() {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "research", TASK),
            Reply.says("I would write.").calls("toolu_2", "write", "{\"path\":\"a\"}"),
            Reply.says("Pity."))) {
      var shy = world.runner().policy(ToolPolicy.askUnlessReadOnly()).build();
      var result = world.run(world.runner().tools(shy.asTool("research", "Finds things.")), "Go.");
      var told = World.lastResults(result.transcript()).getFirst();
      assertThat(told.isError()).isTrue();
      assertThat(told.text())
          .contains("wanted to call write, which nobody here can approve")
          .contains("I would write.");
      assertThat(world.ran()).isEmpty();
    }
  }

  @Test
  void itsFailureIsToldAndTheRunGoesOn() {
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "research", TASK),
            Reply.error(400, "invalid_request_error", "no such thing"),
            Reply.says("Pity."))) {
      var runner = world.runner().tools(world.runner().build().asTool("research", "Finds things."));
      var result = world.run(runner, "Go.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(World.lastResults(result.transcript()).getFirst().text())
          .startsWith("The agent failed: ")
          .contains("no such thing");
    }
  }

  @Test
  void aListenerThatThrowsEndsBothRuns() {
    try (var world =
        World.scripted(Reply.calls("toolu_1", "research", TASK), Reply.says("Never heard."))) {
      var runner =
          world.runner().tools(world.runner().build().asTool("research", "Finds things.")).build();
      assertThatThrownBy(() ->
              runner.run(
                  "Go.",
                  event -> {
                    if (event instanceof SubAgentEvent) {
                      throw new IllegalStateException("enough");
                    }
                  }))
          .isInstanceOf(RunFailedException.class)
          .hasRootCauseMessage("enough");
    }
  }

  /** A listener that is slow holds the agent back; nothing is piled up, nothing is lost. */
  @Test
  void allIsToldInOrderToASlowListener() {
    var text = "word ".repeat(2_000);
    try (var world =
        World.scripted(
            Reply.calls("toolu_1", "research", TASK), Reply.says(text), Reply.says("Done."))) {
      var runner =
          world.runner().tools(world.runner().build().asTool("research", "Finds things.")).build();
      var heard = new StringBuilder();
      runner.run(
          "Go.",
          event -> {
            if (event instanceof SubAgentEvent(var path, AgentEvent.TextDelta(var piece))) {
              heard.append(piece);
              Thread.onSpinWait();
            }
          });
      assertThat(heard).hasToString(text);
    }
  }
}
