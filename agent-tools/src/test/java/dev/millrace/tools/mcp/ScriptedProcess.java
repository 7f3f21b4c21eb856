package dev.millrace.tools.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.agent.message.RawJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The {@link ScriptedServer} as a process of its own, with the faults that only a process has. */
public final class ScriptedProcess {
  /** Held by tests that start processes, which take the processors from all others. */
  static final String LOCK = "processes of MCP servers";

  private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

  private ScriptedProcess() {}

  /** The command that runs it. */
  static McpCommand command(String mode) {
    var classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return McpCommand.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-cp",
        classPath,
        ScriptedProcess.class.getName(),
        mode);
  }

  /** Runs until its input ends, or longer when the mode is "stubborn". */
  public static void main(String[] args) throws IOException, InterruptedException {
    var mode = args[0];
    if (mode.equals("exit")) {
      System.err.println("no licence found\u001b[31m in /secret/place");
      System.exit(3);
    }
    if (mode.equals("loud")) {
      flood();
    }
    var server = new ScriptedServer(mode);
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var message = RawJson.parse(line).node();
      Thread.ofVirtual().start(() -> handle(server, message));
    }
    if (mode.equals("stubborn")) {
      Runtime.getRuntime().addShutdownHook(new Thread(ScriptedProcess::sleep));
      sleep();
    }
  }

  private static void handle(ScriptedServer server, JsonNode message) {
    var id = message.path("id").toString();
    Consumer<String> out = OUT::println;
    try {
      switch (message.path("params").path("name").asString("")) {
        case "die" -> {
          System.err.println("out of luck in /secret/place");
          Runtime.getRuntime().halt(7);
        }
        case "stderr" -> {
          flood();
          out.accept(ScriptedServer.text(id, "flooded"));
        }
        case "env" -> out.accept(ScriptedServer.text(id, System.getenv().toString()));
        case "silence" -> OUT.close();
        case "children" -> {
          var child = new ProcessBuilder("sleep", "1000").start();
          out.accept(ScriptedServer.text(id, String.valueOf(child.pid())));
        }
        default -> server.handle(message, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** 5 MB in lines and 5 MB in one. */
  private static void flood() {
    for (int i = 0; i < 50_000; i++) {
      System.err.println("x".repeat(99));
    }
    System.err.println("y".repeat(5_000_000));
  }

  private static void sleep() {
    try {
      Thread.sleep(1_000_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
