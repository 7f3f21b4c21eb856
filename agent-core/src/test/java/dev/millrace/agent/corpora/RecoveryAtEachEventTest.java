package dev.millrace.agent.corpora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Answers that break off between any two of their events, in any way, and are asked for again: what
 * comes of the run is what would have come of it anyway, and no tool runs twice.
 */
class RecoveryAtEachEventTest {
  private static final int AT_ONCE = 400;
  private static final int CLIENTS = 16;
  private static final String ERROR =
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
          + "\"message\":\"Overloaded\"}}\n\n";

  /** How an answer breaks off. */
  enum Fault {
    FIN,
    RST,
    ERROR_EVENT,
    STALL;

    Reply after(int events, Answer stream) {
      return switch (this) {
        case FIN -> stream.whole().cutAfterEvent(events, Cut.FIN);
        case RST -> stream.whole().cutAfterEvent(events, Cut.RST);
        case STALL -> stream.whole().stallAfterEvent(events);
        case ERROR_EVENT -> stream.withErrorAfter(events);
      };
    }
  }

  /** An event stream of any origin, by its frames. */
  record Answer(String name, List<String> frames, List<String> tools) {
    static Answer of(Recording recording) {
      var text = new String(Corpus.bytes(recording.file()), StandardCharsets.UTF_8);
      var frames = new ArrayList<String>();
      for (var frame : text.split("\n\n")) {
        if (!frame.isBlank()) {
          frames.add(frame + "\n\n");
        }
      }
      return new Answer(recording.toString(), frames, recording.calledTools());
    }

    private static Reply reply(List<String> frames) {
      List<byte[]> bytes =
          frames.stream().map(frame -> frame.getBytes(StandardCharsets.UTF_8)).toList();
      return Reply.bytes("text/event-stream", bytes);
    }

    Reply whole() {
      return reply(frames);
    }

    Reply withErrorAfter(int events) {
      var broken = new ArrayList<>(frames.subList(0, events));
      broken.add(ERROR);
      return reply(broken);
    }
  }

  /** What came of one run. */
  private record End(
      RunResult result, List<String> content, Map<String, Integer> ran, long retries) {}

  /** A server whose every conversation has its first answer broken off once. */
  private static final class Theatre implements AutoCloseable {
    private final Map<String, Reply> broken = new ConcurrentHashMap<>();
    private final Map<String, Reply> whole = new ConcurrentHashMap<>();
    private final AtomicInteger cases = new AtomicInteger();
    private final MessagesServer server =
        MessagesServer.builder().keepRequests(4).start(this::reply);

    /** Several, since the retries of one are bounded, and here every answer needs one. */
    private final List<HttpMessagesClient> clients = new ArrayList<>();

    Theatre(Duration idle) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(client(idle));
      }
    }

    private HttpMessagesClient client(Duration idle) {
      return HttpMessagesClient.builder()
          .apiKey("key")
          .baseUri(server.baseUri())
          .maxConnections(AT_ONCE)
          .timeouts(Timeouts.DEFAULT.withIdle(idle))
          .retryPolicy(
              new RetryPolicy(
                  4,
                  Duration.ofMillis(1),
                  Duration.ofMillis(2),
                  Duration.ofSeconds(1),
                  1,
                  RetryPolicy.Scope.WHOLE_TURN))
          .build();
    }

    private Reply reply(RecordedRequest request) {
      var id = request.messages().getFirst().path("content").path(0).path("text").asString();
      if (request.messages().size() > 1) {
        return Reply.says("Done.");
      }
      var first = broken.remove(id);
      return first == null ? whole.get(id) : first;
    }

    End run(Answer stream, Reply... first) {
      int number = cases.incrementAndGet();
      var id = "case " + number;
      var client = clients.get(number % CLIENTS);
      whole.put(id, stream.whole());
      Stream.of(first).forEach(reply -> broken.put(id, reply));
      var ran = new TreeMap<String, Integer>();
      var events = new CopyOnWriteArrayList<AgentEvent>();
      var tools = stream.tools().stream().map(name -> tool(name, ran)).toArray(Tool[]::new);
      var runner = AgentRunner.builder(client, "claude-opus-5-5").tools(tools).build();
      var result = runner.run(Transcript.of(id), events::add);
      whole.remove(id);
      var completed =
          events.stream()
              .filter(AgentEvent.MessageCompleted.class::isInstance)
              .map(AgentEvent.MessageCompleted.class::cast)
              .findFirst();
      var content =
          completed.stream()
              .flatMap(event -> event.message().content().stream())
              .map(ContentBlock::json)
              .map(Object::toString)
              .toList();
      long retries = events.stream().filter(AgentEvent.TurnRetried.class::isInstance).count();
      return new End(result, content, ran, retries);
    }

    /** Every other tool is read-only, so that it may start before its message is whole. */
    private static Tool tool(String name, Map<String, Integer> ran) {
      var tool =
          new PermissiveTool(
              name,
              (input, context) -> {
                synchronized (ran) {
                  ran.merge(name + input, 1, Integer::sum);
                }
                return ToolOutput.text("done");
              });
      return name.hashCode() % 2 == 0 ? tool : tool.with(ToolTraits.DEFAULT.readOnly());
    }

    @Override
    public void close() {
      clients.forEach(HttpMessagesClient::close);
      server.close();
    }
  }

  private static void assertRecovers(Fault fault, List<Answer> streams) throws Exception {
    var idle = fault == Fault.STALL ? Duration.ofMillis(500) : Timeouts.DEFAULT.idle();
    try (var theatre = new Theatre(idle);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var turnstile = new Semaphore(AT_ONCE);
      var checks = new ArrayList<Future<?>>();
      for (var stream : streams) {
        var expected = theatre.run(stream);
        for (int events = 0; events < stream.frames().size(); events++) {
          int after = events;
          checks.add(
              threads.submit(() -> {
                turnstile.acquire();
                try {
                  check(theatre, fault, stream, after, expected);
                } finally {
                  turnstile.release();
                }
                return after;
              }));
        }
      }
      for (var check : checks) {
        check.get();
      }
      System.out.println(fault + ": " + checks.size() + " cases");
    }
  }

  private static void check(Theatre theatre, Fault fault, Answer stream, int events, End expected) {
    var name = stream.name() + " " + fault + " after " + events + " events";
    var end = theatre.run(stream, fault.after(events, stream));
    assertThat(end.result().outcome()).as(name).isEqualTo(expected.result().outcome());
    assertThat(end.content()).as(name).isEqualTo(expected.content());
    assertThat(end.result().text()).as(name).isEqualTo(expected.result().text());
    assertThat(end.ran()).as(name).isEqualTo(expected.ran());
    assertThat(end.retries()).as(name).isPositive();
    assertThat(end.result().usage().inputTokens())
        .as(name)
        .isGreaterThanOrEqualTo(expected.result().usage().inputTokens());
    World.assertPaired(end.result().transcript());
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  @Tag("E01")
  void recordedAnswersAreRecovered(Fault fault) throws Exception {
    assertRecovers(fault, Recording.all().stream().map(Answer::of).toList());
  }

  @ParameterizedTest
  @EnumSource
  @Tag("E01")
  @Tag("B13")
  @Tag("F06")
  void ownAnswersAreRecovered(Fault fault) throws Exception {
    assertRecovers(fault, List.of(own()));
  }

  private static Answer own() {
    var frames = new ArrayList<String>();
    frames.add(
        frame(
            "message_start",
            "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                + "\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":9,"
                + "\"output_tokens\":1}}"));
    frames.add(start(0, "{\"type\":\"text\",\"text\":\"\"}"));
    frames.add(delta(0, "{\"type\":\"text_delta\",\"text\":\"I look. \"}"));
    frames.add(stop(0));
    for (int i = 1; i <= 2; i++) {
      frames.add(
          start(
              i,
              "{\"type\":\"tool_use\",\"id\":\"toolu_%1$d\",\"name\":\"look_%1$d\",\"input\":{}}"
                  .formatted(i)));
      frames.add(delta(i, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"at\\\":\"}"));
      frames.add(delta(i, "{\"type\":\"input_json_delta\",\"partial_json\":\"" + i + "}\"}"));
      frames.add(stop(i));
    }
    frames.add(
        frame(
            "message_delta",
            "\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":30}"));
    frames.add("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    return new Answer("own", frames, List.of("look_1", "look_2"));
  }

  private static String frame(String type, String members) {
    return "event: %1$s\ndata: {\"type\":\"%1$s\",%2$s}\n\n".formatted(type, members);
  }

  private static String start(int index, String block) {
    return frame("content_block_start", "\"index\":" + index + ",\"content_block\":" + block);
  }

  private static String delta(int index, String delta) {
    return frame("content_block_delta", "\"index\":" + index + ",\"delta\":" + delta);
  }

  private static String stop(int index) {
    return frame("content_block_stop", "\"index\":" + index);
  }
}
