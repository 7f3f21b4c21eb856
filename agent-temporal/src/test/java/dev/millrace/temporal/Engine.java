package dev.millrace.temporal;

import dev.millrace.agent.AgentRunner;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A server of the engine, by default its own one in memory, at a port of its own. */
final class Engine implements AutoCloseable {
  /** A new one each time, as a real server remembers. */
  private final String queue = "agents-" + UUID.randomUUID();

  private final TestServer.@Nullable PortBoundTestServer server;
  private final String address;
  private final WorkflowServiceStubs stubs;

  private Engine(TestServer.@Nullable PortBoundTestServer server, String address) {
    this.server = server;
    this.address = address;
    this.stubs = stubs(address);
  }

  /** The server that {@code TEMPORAL_ADDRESS} names, else one in memory. */
  static Engine start() throws IOException {
    var real = System.getenv("TEMPORAL_ADDRESS");
    if (real != null && !real.isEmpty()) {
      return new Engine(null, real);
    }
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      // Else it would skip the time in which nothing happens, to the end of a run that waits.
      var server = TestServer.createPortBoundServer(port, true);
      return new Engine(server, "127.0.0.1:" + port);
    }
  }

  static WorkflowServiceStubs stubs(String address) {
    return WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
  }

  String address() {
    return address;
  }

  String queue() {
    return queue;
  }

  WorkflowClient client() {
    return WorkflowClient.newInstance(stubs);
  }

  AgentRuns runs() {
    return AgentRuns.on(client(), queue).options(Engine::quickTasks);
  }

  AgentRuns runs(BlobStore store) {
    return AgentRuns.on(client(), queue, store).options(Engine::quickTasks);
  }

  /** Else a worker that is killed with a workflow task in its hands costs ten seconds. */
  private static void quickTasks(WorkflowOptions.Builder options) {
    options.setWorkflowTaskTimeout(Duration.ofSeconds(2));
  }

  /** A worker in this process, which may end at any time. */
  WorkerFactory worker(AgentRunner runner, WorkerSettings settings) {
    return worker(client(), queue, runner, settings, notSticky());
  }

  /** The server in memory has no timer for tasks that wait for a worker that is gone. */
  static WorkerOptions notSticky() {
    return WorkerOptions.newBuilder().setStickyQueueScheduleToStartTimeout(Duration.ZERO).build();
  }

  static WorkerFactory worker(
      WorkflowClient client,
      String queue,
      AgentRunner runner,
      WorkerSettings settings,
      WorkerOptions options) {
    var factory = WorkerFactory.newInstance(client);
    AgentWorker.of("agent", runner).register(factory.newWorker(queue, options), settings);
    factory.start();
    return factory;
  }

  List<HistoryEvent> history(String runId) {
    return client().fetchHistory(runId).getHistory().getEventsList();
  }

  long count(String runId, EventType type) {
    return history(runId).stream().filter(event -> event.getEventType() == type).count();
  }

  @Override
  public void close() {
    stubs.shutdownNow();
    if (server != null) {
      server.close();
    }
  }
}
