package dev.millrace.temporal;

import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A worker with a virtual machine of its own, to be killed. */
final class WorkerProcess implements AutoCloseable {
  static final String SECRET = "of the tests";
  static final Duration HEARTBEAT = Duration.ofMillis(1_500);

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments the engine, its queue, the model, the file of effects, the hub's port or 0
   */
  public static void main(String[] arguments) throws InterruptedException {
    var client = WorkflowClient.newInstance(Engine.stubs(arguments[0]));
    var runner = new Shop(Path.of(arguments[3])).runner(URI.create(arguments[2]));
    var hub =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[4]));
    var settings =
        WorkerSettings.DEFAULT
            .heartbeat(HEARTBEAT)
            .bus(hub.getPort() == 0 ? DeltaBus.NONE : DeltaUplink.to(hub, SECRET));
    Engine.worker(client, arguments[1], runner, settings, Engine.notSticky());
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }

  static WorkerProcess start(Engine engine, URI model, Path effects, int hubPort)
      throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx192m",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProcess.class.getName(),
            engine.address(),
            engine.queue(),
            model.toString(),
            effects.toString(),
            Integer.toString(hubPort));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    if (!"ready".equals(process.inputReader().readLine())) {
      throw new AssertionError("the worker did not start");
    }
    return new WorkerProcess(process);
  }

  /** Sends a signal, such as {@code STOP}. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Ends it as {@code kill -9} does. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
