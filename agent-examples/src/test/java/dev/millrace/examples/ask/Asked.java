package dev.millrace.examples.ask;

import dev.millrace.testkit.MessagesServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a run of the command in this process gave. */
record Asked(int exitCode, String out, String err) {
  static final JsonMapper JSON = new JsonMapper();

  /** The lines of standard output, each read as JSON. */
  List<JsonNode> events() {
    return out.lines().map(JSON::readTree).toList();
  }

  List<String> eventNames() {
    return events().stream().map(event -> event.path("event").asString("")).toList();
  }

  JsonNode event(String name) {
    return events().stream()
        .filter(event -> event.path("event").asString("").equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The command with its surroundings, to be run. */
  static final class Command {
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private String in = "";
    private OutputStream out = new ByteArrayOutputStream();
    private Interrupts interrupts = stop -> () -> {};

    Command(Path directory) {
      this.directory = directory;
    }

    Command environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    Command asking(MessagesServer server) {
      return environment("ANTHROPIC_BASE_URL", server.baseUri().toString())
          .environment("ANTHROPIC_API_KEY", "sk-ant-secret");
    }

    Command in(String text) {
      in = text;
      return this;
    }

    Command out(OutputStream out) {
      this.out = out;
      return this;
    }

    Command interrupts(Interrupts interrupts) {
      this.interrupts = interrupts;
      return this;
    }

    Asked run(String... arguments) {
      var err = new ByteArrayOutputStream();
      var shell =
          new Shell(
              environment,
              new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
              out,
              new PrintStream(err, true, StandardCharsets.UTF_8),
              directory,
              () -> false,
              interrupts);
      int exitCode = AskCommand.run(shell, arguments);
      var shown =
          out instanceof ByteArrayOutputStream bytes ? bytes.toString(StandardCharsets.UTF_8) : "";
      return new Asked(exitCode, shown, err.toString(StandardCharsets.UTF_8));
    }
  }
}
