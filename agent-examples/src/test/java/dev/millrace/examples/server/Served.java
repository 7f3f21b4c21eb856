package dev.millrace.examples.server;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Responder;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A chat server with its model, and a network on the way to it that can be lost. */
record Served(MessagesServer model, StartedServer started, Relay relay, Path folder)
    implements AutoCloseable {
  static final String TOKEN = "a-token-for-tests-alone";

  static Served answering(Path folder, Script script, String... options) throws IOException {
    return answering(folder, MessagesServer.start(script), options);
  }

  static Served answering(Path folder, Responder responder, String... options) throws IOException {
    return answering(folder, MessagesServer.start(responder), options);
  }

  private static Served answering(Path folder, MessagesServer model, String... options)
      throws IOException {
    var work = Files.createDirectories(folder.resolve("work"));
    var relay = new Relay();
    var arguments = new ArrayList<>(List.of(work.toString(), "--port=0"));
    arguments.add("--home=" + folder.resolve("home"));
    arguments.add("--allow-host=127.0.0.1:" + relay.port());
    arguments.addAll(List.of(options));
    var environment =
        Map.of(
            "ANTHROPIC_BASE_URL",
            model.baseUri().toString(),
            "ANTHROPIC_API_KEY",
            "sk-ant-secret",
            "CHAT_TOKEN",
            TOKEN);
    var started =
        ServerCommand.start(
            environment,
            new PrintStream(OutputStream.nullOutputStream()),
            arguments.toArray(String[]::new));
    var served = new Served(model, started, relay, work);
    relay.leadTo(served.uri().getPort());
    return served;
  }

  Server server() {
    return Objects.requireNonNull(started.server());
  }

  URI uri() {
    return URI.create(server().origin());
  }

  String link() {
    return server().origin() + "/#token=" + TOKEN;
  }

  /** By way of the relay. */
  String linkOverRelay() {
    return "http://127.0.0.1:" + relay.port() + "/#token=" + TOKEN;
  }

  @Override
  public void close() throws IOException {
    started.close();
    relay.close();
    model.close();
  }
}
