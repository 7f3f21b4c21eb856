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
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server of the engine: by default its own one in memory, as a process with a port of its own.
 */
final class Engine implements AutoCloseable {
  /** A new one each time, as a real server remembers. */
  private final String queue = "agents-" + UUID.randomUUID();

  private final @Nullable Process server;
  private final String address;
  private final WorkflowServiceStubs stubs;

  private Engine(@Nullable Process server, String address) {
    this.server = server;
    this.address = address;
    this.stubs = stubs(address);
  }

  /** The server that {@code TEMPORAL_ADDRESS} names, else one in memory. */
  static Engine start() throws IOException, InterruptedException {
    var real = System.getenv("TEMPORAL_ADDRESS");
    if (real != null && !real.isEmpty()) {
      return new Engine(null, real);
    }
    int port = freePort();
    var server =
        new ProcessBuilder(command(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitListening(server, port);
    return new Engine(server, "127.0.0.1:" + port);
  }

  /** Below those that systems give out, so that nobody gets it until the server has started. */
  private static int freePort() {
    var random = new Random();
    while (true) {
      int port = 20_000 + random.nextInt(12_000);
      try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException e) {
        // Somebody has it; another one will do.
      }
    }
  }

  private static List<String> command(int port) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        TestServer.class.getName(),
        Integer.toString(port));
  }

  private static void awaitListening(Process server, int port)
      throws IOException, InterruptedException {
    while (server.isAlive()) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (ConnectException e) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    throw new IOException("the engine ended with status " + server.exitValue());
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
  public void close() throws InterruptedException {
    stubs.shutdownNow();
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }
}
