package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt cancels a run and does not close its session's file. */
class InterruptedSessionTest {
  private static final long SEED = Long.getLong("interrupts.seed", System.nanoTime());
  private static final int SESSIONS = 4;
  private static final int RUNS = Integer.getInteger("interrupts", 400) / SESSIONS;

  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();

  @TempDir private Path folder = Path.of("");

  /** Two rounds of calls, then an end, for each message of the user's. */
  private Reply answer(RecordedRequest request) {
    var last = request.messages().getLast().path("content");
    boolean isAsked = last.get(last.size() - 1).path("type").asString("").equals("text");
    if (!isAsked && request.turn() % 3 == 0) {
      return Reply.says("Done.");
    }
    int id = ids.incrementAndGet();
    return Reply.calls("toolu_" + id, "pay", "{\"order\":%d}".formatted(id))
        .calls("toolu_set_" + id, "set", "{\"order\":%d}".formatted(id));
  }

  @Test
  @Tag("I03")
  void aSessionThatIsInterruptedAgainAndAgainStaysSound() throws Exception {
    System.out.printf("interrupts.seed=%d%n", SEED);
    try (var server = MessagesServer.start(this::answer);
        var client = Shop.client(server.baseUri());
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var sessions = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < SESSIONS; i++) {
        var id = "s" + i;
        var random = new Random(SEED + i);
        sessions.add(() -> interruptOften(id, random, client));
      }
      for (var session : executor.invokeAll(sessions)) {
        session.get();
      }
      server.verify();
    }
    assertThat(cancelled).as("interrupts that met a run").hasPositiveValue();
  }

  private boolean interruptOften(String id, Random random, HttpMessagesClient client)
      throws Exception {
    var scene = new Scene(folder.resolve(id));
    var runner = new Shop(scene.effects(), 0).runner(client);
    var said = Transcript.EMPTY;
    for (int i = 0; i < RUNS; i++) {
      // A new session now and then, since a long one costs more the longer it gets.
      var name = id + "-" + i / 20;
      try (var session = Session.open(scene.store(), name)) {
        assertThat(session.repairs()).isEmpty();
        assertThat(i % 20 == 0 || session.transcript().equals(said)).as("read again").isTrue();
        var next = session.plus(Message.user("Order " + i));
        var interrupt = interruptAfter(random.nextInt(12_000), Thread.currentThread());
        var options = RunOptions.DEFAULT.session(session);
        var result = runner.run(next, RunListener.NONE, options);
        awaitEnd(interrupt);
        if (result.outcome() == RunOutcome.CANCELLED) {
          cancelled.incrementAndGet();
        } else {
          assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
        }
        said = session.transcript();
        assertThat(said).isEqualTo(result.transcript());
        World.assertPaired(said);
      }
    }
    return true;
  }

  /** Waits for it, and forgets the interrupt that it was to bring. */
  private static void awaitEnd(Thread interrupt) throws InterruptedException {
    Thread.interrupted();
    try {
      interrupt.join();
    } catch (InterruptedException e) {
      interrupt.join();
    }
    Thread.interrupted();
  }

  private static Thread interruptAfter(int micros, Thread target) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            TimeUnit.MICROSECONDS.sleep(micros);
          } catch (InterruptedException e) {
            return;
          }
          target.interrupt();
        });
  }
}
