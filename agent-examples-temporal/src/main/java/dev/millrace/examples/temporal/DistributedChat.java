package dev.millrace.examples.temporal;

import dev.millrace.examples.server.ChatService;
import dev.millrace.temporal.AgentRuns;
import dev.millrace.temporal.DeltaHub;
import dev.millrace.testkit.MessagesServer;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A chat whose agent runs on two workers, each a process of its own: kill one while it writes, and
 * the page shows that its text is void and goes on with the other's.
 *
 * <pre>
 * agent-examples/run DistributedChat
 * </pre>
 *
 * The engine is in memory here, and so is the model where there is no key.
 */
public final class DistributedChat implements AutoCloseable {
  private static final int WORKERS = 2;

  /** The JDK that begins to warn, in many lines, of what gRPC and Netty do. */
  private static final int WARNS_OF_GRPC = 24;

  private final TestServer.PortBoundTestServer engine;
  private final WorkflowServiceStubs stubs;
  private final DeltaHub hub;
  private final MessagesServer model;
  private final ChatService chat;
  private final List<Process> workers = new ArrayList<>();

  private DistributedChat(Map<String, String> environment, Path sessions, int port)
      throws IOException {
    int enginePort = freePort();
    var secret = UUID.randomUUID().toString();
    engine = TestServer.createPortBoundServer(enginePort, true);
    hub = DeltaHub.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), secret);
    model = MessagesServer.start(Storyteller::scripted);
    var address = "127.0.0.1:" + enginePort;
    stubs = WorkerMain.stubs(address);
    var client = WorkflowClient.newInstance(stubs);
    var runs = AgentRuns.on(client, WorkerMain.QUEUE).options(DistributedChat::quickly);
    chat = ChatService.start(new RemoteRuns(runs, hub), sessions, port);
    for (int i = 0; i < WORKERS; i++) {
      workers.add(worker(environment, address, secret));
    }
    for (var worker : workers) {
      awaitReady(worker);
    }
  }

  private static void awaitReady(Process worker) throws IOException {
    var lines = worker.inputReader();
    for (var line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
      if (line == null) {
        throw new IOException("a worker did not start");
      }
    }
  }

  /** Else what a worker was deciding when it was killed waits for ten seconds. */
  private static void quickly(WorkflowOptions.Builder options) {
    options.setWorkflowTaskTimeout(Duration.ofSeconds(2));
  }

  /** Starts all of it; with a key in the environment the workers ask Claude. */
  static DistributedChat start(Map<String, String> environment, Path sessions, int port)
      throws IOException {
    return new DistributedChat(environment, sessions, port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process worker(Map<String, String> environment, String engine, String secret)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    if (Runtime.version().feature() >= WARNS_OF_GRPC) {
      command.addAll(
          List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName(),
            engine,
            Integer.toString(hub.address().getPort())));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("HUB_SECRET", secret);
    boolean isScripted =
        !environment.containsKey("ANTHROPIC_API_KEY")
            && !environment.containsKey("ANTHROPIC_AUTH_TOKEN");
    if (isScripted) {
      builder.environment().put("ANTHROPIC_BASE_URL", model.baseUri().toString());
      builder.environment().put("ANTHROPIC_API_KEY", "scripted");
    }
    return builder.start();
  }

  /** The page's address. */
  String link() {
    return chat.link();
  }

  /** The workers' processes. */
  List<Process> workers() {
    return workers;
  }

  @Override
  public void close() throws IOException {
    workers.forEach(Process::destroyForcibly);
    chat.close();
    hub.close();
    model.close();
    stubs.shutdownNow();
    engine.close();
  }

  /** Serves until it is told to end. */
  public static void main(String[] arguments) throws IOException {
    int port = arguments.length == 0 ? 8080 : Integer.parseInt(arguments[0]);
    var started = start(System.getenv(), Files.createTempDirectory("millrace-chat"), port);
    greet(started, System.out);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(started)));
  }

  private static void greet(DistributedChat started, PrintStream out) {
    out.println("Open " + started.link() + " and say: Tell me about the mill.");
    for (var worker : started.workers()) {
      out.println("a worker to kill while it writes: kill -9 " + worker.pid());
    }
  }

  private static void end(DistributedChat started) {
    try {
      started.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
