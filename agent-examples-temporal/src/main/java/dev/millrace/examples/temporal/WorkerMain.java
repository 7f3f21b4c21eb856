package dev.millrace.examples.temporal;

import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.temporal.AgentWorker;
import dev.millrace.temporal.DeltaUplink;
import dev.millrace.temporal.WorkerSettings;
import dev.millrace.testkit.Script;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A worker's process, which ends with the one that started it. */
final class WorkerMain {
  static final String QUEUE = "storytellers";
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  private WorkerMain() {}

  /**
   * Works until its input ends.
   *
   * @param arguments the engine's address, the hub's port; the hub's secret is in HUB_SECRET
   */
  public static void main(String[] arguments) throws IOException {
    var hub =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
    var endpoint = Endpoint.fromEnvironment(Script.of());
    var settings =
        WorkerSettings.DEFAULT
            .heartbeat(HEARTBEAT)
            .bus(DeltaUplink.to(hub, System.getenv("HUB_SECRET")));
    var factory = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs(arguments[0])));
    // The engine in memory has no timer for tasks that wait for a worker that is gone.
    var options =
        WorkerOptions.newBuilder().setStickyQueueScheduleToStartTimeout(Duration.ZERO).build();
    AgentWorker.of(Storyteller.NAME, Storyteller.runner(endpoint.client(), endpoint.model()))
        .register(factory.newWorker(QUEUE, options), settings);
    factory.start();
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Whoever started it is there.
    }
    System.exit(0);
  }

  static WorkflowServiceStubs stubs(String engine) {
    return WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder().setTarget(engine).build());
  }
}
