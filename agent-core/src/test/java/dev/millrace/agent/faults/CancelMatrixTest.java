package dev.millrace.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.Run;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run of three turns and five calls, cancelled wherever it waits, in each way there is: it ends
 * once, its transcript can be sent, and no call that began is told that it did not.
 */
class CancelMatrixTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final String[] TOOLS = {"quick", "slow", "obedient", "stubborn", "alone"};
  private static final List<MessageReply> TURNS =
      List.of(
          Reply.says("I begin. ")
              .calls("quick", INPUT)
              .calls("slow", INPUT)
              .calls("obedient", INPUT),
          Reply.thinks("Hm.").calls("stubborn", INPUT).calls("alone", INPUT),
          Reply.says("That ", "is ", "all."));
  private static final int MOST_EVENTS = 20;

  /** How a run is told to end. */
  enum Way {
    SIGNAL,
    CANCEL,
    TWICE_AT_ONCE,
    CLOSE,
    INTERRUPTED_READER;

    void end(Run run, Cancellation outside) throws InterruptedException {
      switch (this) {
        case SIGNAL -> outside.cancel();
        case CANCEL -> run.cancel();
        case CLOSE -> run.close();
        case TWICE_AT_ONCE -> {
          var other = Thread.ofVirtual().start(run::cancel);
          run.cancel();
          other.join();
        }
        case INTERRUPTED_READER -> {
          var reader =
              Thread.ofVirtual()
                  .start(() -> {
                    Thread.currentThread().interrupt();
                    run.result();
                  });
          reader.join();
        }
      }
    }
  }

  /** One run on its way to the place where it waits. */
  private static final class Stage implements AutoCloseable {
    private final World world;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final Cancellation outside = new Cancellation();

    Stage(World world) {
      this.world = world;
    }

    Tool tool(String name, String waiting) {
      var tool =
          world.tool(
              name,
              "path",
              (input, context) -> {
                if (name.equals(waiting)) {
                  reached.countDown();
                  waitAs(name);
                }
                return ToolOutput.text("done");
              });
      return name.equals("alone") ? tool.with(ToolTraits.DEFAULT.exclusive()) : tool;
    }

    private void waitAs(String name) throws InterruptedException {
      while (true) {
        try {
          release.await();
          return;
        } catch (InterruptedException e) {
          if (!name.equals("stubborn")) {
            throw e;
          }
        }
      }
    }

    Run start(String waiting, ToolPolicy policy) {
      var tools = Arrays.stream(TOOLS).map(name -> tool(name, waiting)).toArray(Tool[]::new);
      var options = RunOptions.DEFAULT.cancelledBy(outside);
      return world
          .runner()
          .tools(tools)
          .policy(policy)
          .build()
          .start(Transcript.of("Go."), options);
    }

    /** Cancels the run and looks at what is left of it. */
    long end(Run run, Way way, Judge judge) throws InterruptedException {
      var seen = new ArrayList<AgentEvent>();
      var reader = Thread.ofVirtual().start(() -> run.forEach(seen::add));
      long start = System.nanoTime();
      way.end(run, outside);
      long took = System.nanoTime() - start;
      release.countDown();
      var result = run.result();
      reader.join();
      assertThat(result.outcome()).as("%s", way).isEqualTo(RunOutcome.CANCELLED);
      assertHonest(result.transcript());
      judge.accepts(result.transcript());
      return took;
    }

    private void assertHonest(Transcript transcript) {
      World.assertPaired(transcript);
      for (var message : transcript.messages()) {
        for (var told : message.toolResults()) {
          boolean began = world.ran().stream().anyMatch(ran -> ran.startsWith(told.toolUseId()));
          assertThat(told.text().startsWith("Not run")).as(told.text()).isEqualTo(!began);
        }
      }
    }

    @Override
    public void close() {
      world.close();
    }
  }

  private static void print(Way way, String where, List<Long> nanos) {
    Collections.sort(nanos);
    System.out.printf(
        "%s %s: %d times, back after %.2f ms (median), %.2f ms (most)%n",
        way, where, nanos.size(), nanos.get(nanos.size() / 2) / 1e6, nanos.getLast() / 1e6);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  void betweenAnyTwoEventsOfAnyMessage(Way way) throws InterruptedException {
    var nanos = new ArrayList<Long>();
    try (var judge = new Judge()) {
      for (int turn = 1; turn <= TURNS.size(); turn++) {
        for (int events = 0; events < MOST_EVENTS; events++) {
          var replies = new ArrayList<Reply>(TURNS.subList(0, turn - 1));
          replies.add(TURNS.get(turn - 1).stallAfterEvent(events));
          try (var stage = new Stage(World.scripted(replies.toArray(Reply[]::new)));
              var run = stage.start("nothing", ToolPolicy.ALLOW_ALL)) {
            stage.world.server().awaitRequests(turn, SOON);
            if (events < eventsOf(turn)) {
              nanos.add(stage.end(run, way, judge));
              stage.world.server().awaitNoConnections(SOON);
            }
          }
        }
      }
    }
    print(way, "in a stream", nanos);
  }

  /** A stall at the end of a message is none: the run goes on. */
  private static int eventsOf(int turn) {
    return switch (turn) {
      case 1 -> 16;
      case 2 -> 13;
      default -> 7;
    };
  }

  @ParameterizedTest
  @EnumSource
  @Tag("I01")
  @Tag("G16")
  void inAnyTool(Way way) throws InterruptedException {
    var nanos = new ArrayList<Long>();
    try (var judge = new Judge()) {
      for (var tool : TOOLS) {
        try (var stage = new Stage(World.scripted(TURNS.toArray(Reply[]::new)));
            var run = stage.start(tool, ToolPolicy.ALLOW_ALL)) {
          stage.reached.await();
          nanos.add(stage.end(run, way, judge));
        }
      }
    }
    print(way, "in a tool", nanos);
  }

  /** The other ways wait for the end, which waits for the policy. */
  @ParameterizedTest
  @EnumSource(names = {"SIGNAL", "CANCEL", "TWICE_AT_ONCE"})
  @Tag("I01")
  void whileAPolicyDecides(Way way) throws InterruptedException {
    try (var judge = new Judge();
        var stage = new Stage(World.scripted(TURNS.toArray(Reply[]::new)))) {
      ToolPolicy waiting =
          (use, tool) -> {
            stage.reached.countDown();
            try {
              stage.release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return ToolPolicy.allow();
          };
      try (var run = stage.start("nothing", waiting)) {
        stage.reached.await();
        stage.end(run, way, judge);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F04")
  void inAWaitBeforeARetry(Way way) throws InterruptedException {
    var busy = Reply.error(429, "rate_limit_error", "Later.").header("retry-after", "50");
    var nanos = new ArrayList<Long>();
    try (var judge = new Judge();
        var stage = new Stage(World.recovering(busy));
        var run = stage.start("nothing", ToolPolicy.ALLOW_ALL)) {
      for (var event : run) {
        if (event instanceof AgentEvent.TurnRetried) {
          break;
        }
      }
      nanos.add(stage.end(run, way, judge));
      print(way, "in a wait", nanos);
    }
  }
}
