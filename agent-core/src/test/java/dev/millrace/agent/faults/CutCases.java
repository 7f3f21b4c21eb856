package dev.millrace.agent.faults;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.corpora.PermissiveTool;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server and a client for many runs at the same time, each with answers of its own. */
final class CutCases implements AutoCloseable {
  private static final String PROMPT = "case ";

  private final Fault fault;
  private final Semaphore places;
  private final MessagesServer server;
  private final HttpMessagesClient client;
  private final Map<Integer, Queue<Reply>> replies = new ConcurrentHashMap<>();
  private final Map<String, Ran> whole = new ConcurrentHashMap<>();
  private final AtomicInteger cases = new AtomicInteger();

  /** A stream and the place of its cut. */
  record Case(CutStream stream, int border, ToolTraits traits) {
    @Override
    public String toString() {
      return "%s after %d events, read-only %s".formatted(stream, border, traits.isReadOnly());
    }
  }

  /**
   * What came of a run: a result or a failure.
   *
   * @param calls how often each call was executed
   * @param unasked how many of its answers nobody asked for
   */
  record Ran(
      @Nullable RunResult result,
      @Nullable RunFailedException failure,
      List<AgentEvent> events,
      Map<String, Long> calls,
      int unasked) {
    <T extends AgentEvent> List<T> events(Class<T> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }

  CutCases(Fault fault, RetryPolicy retryPolicy) {
    this.fault = fault;
    places = new Semaphore(fault.atOnce(retryPolicy));
    server = MessagesServer.builder().keepRequests(16).start(this::answer);
    client =
        HttpMessagesClient.builder()
            .apiKey("key")
            .baseUri(server.baseUri())
            .timeouts(fault.timeouts())
            .retryPolicy(retryPolicy)
            .build();
  }

  private Reply answer(RecordedRequest request) {
    var prompt = request.messages().getFirst().path("content").path(0).path("text").asString();
    var next = replies.get(Integer.valueOf(prompt.substring(PROMPT.length()))).poll();
    return fault.sound(next == null ? Reply.says("Done.").usage(5, 2) : next);
  }

  /** Every border of every stream, by turns with tools of the two kinds. */
  static List<Case> of(List<CutStream> streams) {
    var all = new ArrayList<Case>();
    for (var stream : streams) {
      for (int border = 0; border < stream.borders(); border++) {
        boolean readOnly = all.size() % 2 == 0;
        var traits = readOnly ? ToolTraits.DEFAULT.readOnly() : ToolTraits.DEFAULT;
        all.add(new Case(stream, border, traits));
      }
    }
    return all;
  }

  /** Checks all cases at the same time; the first failure names its case. */
  void check(List<Case> all, Consumer<Case> check) throws InterruptedException {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var checks = all.stream().map(one -> executor.submit(() -> check(one, check))).toList();
      for (int i = 0; i < checks.size(); i++) {
        try {
          checks.get(i).get();
        } catch (ExecutionException e) {
          executor.shutdownNow();
          throw new AssertionError(fault + ": " + all.get(i), e.getCause());
        }
      }
    }
    server.verify();
  }

  private boolean check(Case one, Consumer<Case> check) throws InterruptedException {
    places.acquire();
    try {
      check.accept(one);
      return true;
    } finally {
      places.release();
    }
  }

  /** The run that is answered with the broken stream, and with the whole one when it asks again. */
  Ran cut(Case one) {
    var stream = one.stream();
    return run(one, fault.broken(stream, one.border()), stream.whole());
  }

  /** The same run without a cut. */
  Ran whole(Case one) {
    var key = one.stream() + " " + one.traits().isReadOnly();
    return whole.computeIfAbsent(key, k -> run(one, one.stream().whole()));
  }

  private Ran run(Case one, Reply... answers) {
    int number = cases.incrementAndGet();
    var left = new ConcurrentLinkedQueue<>(List.of(answers));
    replies.put(number, left);
    var calls = new ConcurrentHashMap<String, Long>();
    var events = new ArrayList<AgentEvent>();
    var runner = AgentRunner.builder(client, "claude-opus-5-5").tools(tools(one, calls)).build();
    try {
      var result = runner.run(Transcript.of(PROMPT + number), events::add);
      return new Ran(result, null, events, calls, left.size());
    } catch (RunFailedException e) {
      return new Ran(null, e, events, calls, left.size());
    } finally {
      replies.remove(number);
    }
  }

  private static Tool[] tools(Case one, Map<String, Long> calls) {
    return one.stream().tools().stream()
        .map(name ->
            new PermissiveTool(
                    name,
                    (input, context) -> {
                      calls.merge(name + " " + input, 1L, Long::sum);
                      return ToolOutput.text("done");
                    })
                .with(one.traits()))
        .toArray(Tool[]::new);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
