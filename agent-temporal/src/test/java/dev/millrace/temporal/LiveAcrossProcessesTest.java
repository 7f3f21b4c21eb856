package dev.millrace.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text is seen in one process while another one writes it, and dies. */
class LiveAcrossProcessesTest {
  private static final String[] PIECES =
      IntStream.range(0, 60).mapToObj(i -> i + " ").toArray(String[]::new);
  private static final Reply SLOWLY = Reply.says(PIECES).pace(Duration.ofMillis(40));

  @TempDir private Path folder = Path.of("");

  private static DeltaHub hub() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return DeltaHub.listen(address, WorkerProcess.SECRET);
  }

  @Test
  void aWorkerIsKilledWhileItsTextIsRead() throws Exception {
    List<AgentEvent> told = Collections.synchronizedList(new ArrayList<>());
    var some = new CountDownLatch(10);
    try (var engine = Engine.start();
        var model = MessagesServer.start(request -> SLOWLY);
        var hub = hub();
        var first = worker(engine, model, hub)) {
      var run =
          new FutureTask<RunResult>(() ->
              engine
                  .runs()
                  .run(
                      "live",
                      "agent",
                      Transcript.of("Count."),
                      hub,
                      event -> {
                        told.add(event);
                        some.countDown();
                      },
                      CancelSignal.NEVER));
      Thread.ofVirtual().start(run);
      some.await();
      first.close();
      try (var second = worker(engine, model, hub)) {
        assertThat(run.get().outcome()).isEqualTo(RunOutcome.COMPLETED);
      }
    }
    int retried = indexOfRetry(told);
    assertThat(text(told.subList(0, retried))).startsWith("0 1 2 ").doesNotContain("59 ");
    assertThat(text(told.subList(retried, told.size()))).isEqualTo(String.join("", PIECES));
    assertThat(told.getLast()).isInstanceOf(AgentEvent.RunFinished.class);
  }

  private WorkerProcess worker(Engine engine, MessagesServer model, DeltaHub hub) throws Exception {
    return WorkerProcess.start(
        engine, model.baseUri(), folder.resolve("effects"), hub.address().getPort());
  }

  private static int indexOfRetry(List<AgentEvent> told) {
    return IntStream.range(0, told.size())
        .filter(i -> told.get(i) instanceof AgentEvent.TurnRetried)
        .findFirst()
        .orElseThrow();
  }

  private static String text(List<AgentEvent> told) {
    return told.stream()
        .map(event -> event instanceof AgentEvent.TextDelta delta ? delta.text() : "")
        .collect(Collectors.joining());
  }

  @Test
  void newsFromWhoDoesNotKnowTheSecretIsNotHeard() throws Exception {
    var heard = new CompletableFuture<Delta>();
    var delta = new Delta("run", "m/1", 1, 0, new Json().put("event", "x").object());
    try (var hub = hub();
        var watching = hub.subscribe("run", heard::complete)) {
      try (var socket = new Socket(hub.address().getAddress(), hub.address().getPort())) {
        var lines = "another secret\n" + delta.json().text() + "\n";
        socket.getOutputStream().write(lines.getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().read()).as("closed").isNegative();
      }
      assertThat(heard).isNotDone();
      try (var uplink = DeltaUplink.to(hub.address(), WorkerProcess.SECRET)) {
        uplink.publish(delta);
        assertThat(heard.get()).isEqualTo(delta);
      }
    }
  }
}
