package dev.millrace.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Run;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.client.StreamListener;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run of three turns with five tools, cancelled once at one point: two parallel calls and one
 * more, then a call and an exclusive one, then text.
 */
final class CancelScene implements AutoCloseable {
  static final int TURNS = 3;
  static final String READ = "read";
  static final String WRITE = "write";
  static final String WATCH = "watch";
  static final String STAY = "stay";
  static final String ALONE = "alone";
  static final String GIVEN_UP =
      "Cancelled while it was running. It was told to stop but may still be running; whether it had"
          + " an effect is not known.";
  static final String OBEYED =
      "Cancelled while it was running, and it stopped. Whether it had an effect is not known.";

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final List<MessageReply> REPLIES =
      List.of(
          Reply.says("Let me see. ")
              .calls(READ, READ, INPUT)
              .calls(WRITE, WRITE, INPUT)
              .calls(WATCH, WATCH, INPUT),
          Reply.calls(STAY, STAY, INPUT).calls(ALONE, ALONE, INPUT),
          Reply.says("All ", "done."));

  private final AwaitPoint point;
  private final MessagesServer server = MessagesServer.start(this::reply);
  private final HttpMessagesClient client =
      HttpMessagesClient.builder().apiKey(World.KEY).baseUri(server.baseUri()).build();
  private final Cancellation signal = new Cancellation();
  private final CompletableFuture<RunResult> returned = new CompletableFuture<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final List<AgentEvent> events = new CopyOnWriteArrayList<>();
  private final List<Thread> toolThreads = new CopyOnWriteArrayList<>();
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final CountDownLatch cancelCalled = new CountDownLatch(1);
  private volatile Set<String> doneBefore = Set.of();
  private volatile @Nullable CancelSignal signalOfTheRun;
  private volatile boolean isInterrupted;
  private volatile long cancelBegan;
  private volatile long cancelReturned;
  private volatile long ended;

  CancelScene(AwaitPoint point) {
    this.point = point;
  }

  /** How many events the messages have. */
  static int events(int turn) {
    return List.of(18, 11, 7).get(turn - 1);
  }

  /** Runs, cancels at the point, and checks all that must hold then; gives the transcript. */
  Transcript cancelled(CancelWay way) throws InterruptedException {
    var result = end(way);
    assertThat(result.outcome()).isIn(point.outcomes());
    assertToldOnce(way, result);
    World.assertPaired(result.transcript());
    results(result.transcript()).forEach(this::assertHonest);
    assertThat(isInterrupted).as("the interrupt flag").isEqualTo(way.isInterrupt());
    if (!point.isInStream()) {
      client.close(); // which drops the connections that wait to be used again
    }
    server.awaitNoConnections(SOON);
    server.verify();
    return result.transcript();
  }

  /** Runs without a cancel. */
  RunResult uncancelled() {
    return runner().run(Transcript.of("Go."), this::tell, RunOptions.DEFAULT);
  }

  /** Runs and cancels at the point. */
  RunResult end(CancelWay way) throws InterruptedException {
    return end(way, Duration.ZERO);
  }

  /** Runs and cancels at the point, after the run has had some time to fall asleep there. */
  RunResult end(CancelWay way, Duration pause) throws InterruptedException {
    var options = RunOptions.DEFAULT.cancelledBy(signal);
    var run = way.isPulled() ? runner().start(Transcript.of("Go."), options) : null;
    var thread = way.threads().unstarted(() -> follow(way, run, options));
    var target = new CancelWay.Target(signal, run, thread);
    thread.start();
    point.awaitReached();
    Thread.sleep(pause);
    doneBefore = Set.copyOf(done);
    var canceller = Thread.ofPlatform().unstarted(() -> cancel(way, target));
    canceller.start();
    awaitItsEffect(way, canceller);
    if (!point.isHeldBeyondTheEnd()) {
      point.release();
    }
    thread.join();
    canceller.join();
    point.release();
    for (var toolThread : toolThreads) {
      toolThread.join();
    }
    return run == null ? returned.join() : run.result();
  }

  private void follow(CancelWay way, @Nullable Run run, RunOptions options) {
    try {
      point.begins();
      if (run == null) {
        returned.complete(runner().run(Transcript.of("Go."), this::tell, options));
      } else {
        run.forEach(this::tell);
      }
    } catch (RuntimeException | Error e) {
      returned.completeExceptionally(e);
    } finally {
      ended = System.nanoTime();
      if (way.isInterrupt()) {
        AwaitPoint.uninterruptibly(cancelCalled);
      }
      isInterrupted = Thread.currentThread().isInterrupted();
    }
  }

  private void cancel(CancelWay way, CancelWay.Target target) {
    cancelBegan = System.nanoTime();
    way.cancel(target);
    cancelReturned = System.nanoTime();
    cancelCalled.countDown();
  }

  /** Waits until the run must know of it, which may be long before or after the call returns. */
  private void awaitItsEffect(CancelWay way, Thread canceller) throws InterruptedException {
    switch (way) {
      case CLOSE -> {
        while (!isToldToStop(canceller) && !canceller.join(Duration.ofMillis(1))) {}
      }
      case INTERRUPT_OF_THE_PULLER -> {
        canceller.join();
        while (!point.isSlowForTheReader() && !isToldToStop(canceller)) {
          Thread.sleep(1);
        }
      }
      default -> canceller.join();
    }
  }

  /** A run that has asked nothing yet shows it only by the one who waits for its end. */
  private boolean isToldToStop(Thread canceller) {
    var known = signalOfTheRun;
    return known == null ? canceller.getState() == Thread.State.WAITING : known.isCancelled();
  }

  /** From the call of what cancels until it returned. */
  Duration cancelTook() {
    return Duration.ofNanos(cancelReturned - cancelBegan);
  }

  /** From the call of what cancels until the run had ended and its last event was seen. */
  Duration endTook() {
    return Duration.ofNanos(ended - cancelBegan);
  }

  private void assertToldOnce(CancelWay way, RunResult result) {
    var ends = events.stream().filter(AgentEvent.RunFinished.class::isInstance).toList();
    if (way == CancelWay.CLOSE) {
      // It drops what was not pulled yet.
      assertThat(ends).hasSizeLessThanOrEqualTo(1);
      return;
    }
    assertThat(ends).containsExactly(new AgentEvent.RunFinished(result));
    assertThat(events.getLast()).isEqualTo(ends.getFirst());
    var told =
        events.stream()
            .filter(AgentEvent.ToolFinished.class::isInstance)
            .map(event -> ((AgentEvent.ToolFinished) event).result())
            .toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(results(result.transcript()));
  }

  private void assertHonest(ToolResult result) {
    var tool = result.toolUseId();
    var text = result.text();
    if (!begun.contains(tool)) {
      assertThat(text).as("of %s, which never began", tool).startsWith("Not run: ");
    } else if (doneBefore.contains(tool)) {
      assertThat(text).as("of %s, which was done before", tool).isEqualTo("done " + tool);
    } else if (done.contains(tool)) {
      var expected = point.isHeldBeyondTheEnd() ? GIVEN_UP : "done " + tool;
      assertThat(text).as("of %s, which was done later", tool).isEqualTo(expected);
    } else {
      assertThat(text).as("of %s, which stopped", tool).isEqualTo(OBEYED);
    }
  }

  /** All results of a transcript, in their order. */
  static List<ToolResult> results(Transcript transcript) {
    return transcript.messages().stream()
        .flatMap(message -> message.toolResults().stream())
        .toList();
  }

  private Reply reply(RecordedRequest request) {
    int asked = (request.body().path("messages").size() + 1) / 2;
    return point.reply(asked, REPLIES.get(asked - 1));
  }

  private AgentRunner runner() {
    var grace = Duration.ofMillis(point.isHeldBeyondTheEnd() ? 10 : 50_000);
    return AgentRunner.builder(this::stream, "claude-opus-5-5")
        .tools(
            new PassingTool(READ).with(ToolTraits.DEFAULT.readOnly()),
            new PassingTool(WRITE),
            new PassingTool(WATCH),
            new PassingTool(STAY),
            new PassingTool(ALONE).with(ToolTraits.DEFAULT.exclusive()))
        .toolLimits(new ToolLimits(10_000, grace, 100))
        .policy((use, tool) -> {
          point.decides(tool.name());
          return ToolPolicy.allow();
        })
        .build();
  }

  private void tell(AgentEvent event) {
    events.add(event);
    point.told(event);
  }

  private void stream(MessageRequest request, CancelSignal cancel, StreamListener listener) {
    int asked = turn.incrementAndGet();
    signalOfTheRun = cancel;
    point.asks(asked);
    client.stream(request, cancel, new PassingListener(listener, asked));
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  private final class PassingListener implements StreamListener {
    private final StreamListener listener;
    private final int turn;
    private int number;

    PassingListener(StreamListener listener, int turn) {
      this.listener = listener;
      this.turn = turn;
    }

    @Override
    public void on(StreamEvent event) {
      number++;
      point.arrives(turn, number);
      listener.on(event);
      point.arrived(turn, number);
    }

    @Override
    public boolean mayStartOver() {
      return listener.mayStartOver();
    }

    @Override
    public void onRetry(int attempt, Duration wait, RuntimeException cause) {
      listener.onRetry(attempt, wait, cause);
    }
  }

  /** Notes that it began and that it was done. */
  private final class PassingTool implements Tool {
    private final String name;

    PassingTool(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "Notes that it ran.";
    }

    @Override
    public JsonSchema inputSchema() {
      return JsonSchema.of("{\"type\":\"object\"}");
    }

    @Override
    public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
      toolThreads.add(Thread.currentThread());
      begun.add(name);
      point.runs(name, context);
      done.add(name);
      return ToolOutput.text("done " + name);
    }
  }
}
