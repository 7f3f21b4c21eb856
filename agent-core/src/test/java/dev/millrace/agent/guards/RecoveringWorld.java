package dev.millrace.agent.guards;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.laws.World;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Responder;
import dev.millrace.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A served model and a client that asks again, without long waits. */
public final class RecoveringWorld implements AutoCloseable {
  private final MessagesServer server;
  private final HttpMessagesClient client;
  private final List<AgentEvent> events = new CopyOnWriteArrayList<>();

  private RecoveringWorld(MessagesServer server) {
    this.server = server;
    this.client =
        HttpMessagesClient.builder()
            .apiKey(World.KEY)
            .baseUri(server.baseUri())
            .retryPolicy(RetryPolicy.DEFAULT.withWaits(Duration.ZERO, Duration.ZERO))
            .build();
  }

  public static RecoveringWorld of(Reply... replies) {
    return new RecoveringWorld(MessagesServer.start(Script.of(replies)));
  }

  public static RecoveringWorld answering(Responder responder) {
    return new RecoveringWorld(MessagesServer.start(responder));
  }

  public MessagesServer server() {
    return server;
  }

  public List<AgentEvent> events() {
    return events;
  }

  public AgentRunner.Builder runner() {
    return AgentRunner.builder(client, "claude-opus-5-5");
  }

  public RunResult run(String prompt) {
    return runner().build().run(prompt, events::add);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
