package dev.millrace.agent.corpora;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One validating server and one client for many runs, one after another. */
final class Stage implements AutoCloseable {
  private static final int KEPT = 16;

  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final MessagesServer server;
  private final HttpMessagesClient client;
  private final List<AgentEvent> events = new ArrayList<>();

  Stage() {
    server =
        MessagesServer.builder()
            .keepRequests(KEPT)
            .start(request -> Objects.requireNonNull(replies.poll(), "not one more reply"));
    client =
        HttpMessagesClient.builder()
            .apiKey("key")
            .baseUri(server.baseUri())
            .retryPolicy(RetryPolicy.NONE)
            .build();
  }

  /** What the next requests are answered with; whatever was left is forgotten. */
  Stage answering(Reply... next) {
    replies.clear();
    replies.addAll(List.of(next));
    events.clear();
    return this;
  }

  AgentRunner.Builder runner(Tool... tools) {
    return AgentRunner.builder(client, "claude-opus-5-5").tools(tools);
  }

  RunResult run(AgentRunner.Builder runner, String prompt) {
    return run(runner, Transcript.of(prompt));
  }

  RunResult run(AgentRunner.Builder runner, Transcript transcript) {
    return runner.build().run(transcript, events::add);
  }

  /** The end of a run that must fail. */
  RunFailedException failure(AgentRunner.Builder runner, String prompt) {
    try {
      var result = run(runner, prompt);
      throw new AssertionError("the run should have failed, but ended " + result.outcome());
    } catch (RunFailedException e) {
      return e;
    }
  }

  /** What was told of the last run. */
  List<AgentEvent> events() {
    return List.copyOf(events);
  }

  /** The last requests, at most {@link #KEPT}. */
  List<RecordedRequest> requests() {
    return server.requests();
  }

  RecordedRequest lastRequest() {
    return server.requests().getLast();
  }

  /** The server refused nothing, and was asked for all that it had to say. */
  void verify() {
    server.verify();
    if (!replies.isEmpty()) {
      throw new AssertionError("never asked for: " + replies);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
