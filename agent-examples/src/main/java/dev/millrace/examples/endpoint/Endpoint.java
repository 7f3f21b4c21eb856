package dev.millrace.examples.endpoint;

import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.message.PriceTable;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Script;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where an example finds its model, as the environment says: with {@code ANTHROPIC_API_KEY} or
 * {@code ANTHROPIC_AUTH_TOKEN} it is Claude, with {@code ANTHROPIC_BASE_URL} whatever server speaks
 * the protocol there, and with none of them the Messages API of the testkit, which runs inside this
 * process and plays a script. The model's name is {@code ANTHROPIC_MODEL} when that is set.
 *
 * <pre>{@code
 * try (var endpoint = Endpoint.fromEnvironment(script)) {
 *   AgentRunner.builder(endpoint.client(), endpoint.model()).build().run(...);
 * }
 * }</pre>
 */
public final class Endpoint implements AutoCloseable {
  private static final String MODEL = "claude-opus-5-5";
  private static final String SCRIPTED = "scripted";
  private static final String FREE =
      """
      {"models": {"scripted":
        {"input": 0, "output": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0}}}\
      """;
  private static final String NOTE =
      "No language model is behind this: a script answers, through the embedded Messages API."
          + " Set ANTHROPIC_API_KEY to ask Claude.";

  private final HttpMessagesClient client;
  private final String model;
  private final @Nullable MessagesServer server;

  private Endpoint(HttpMessagesClient client, String model, @Nullable MessagesServer server) {
    this.client = client;
    this.model = model;
    this.server = server;
  }

  /**
   * The endpoint of this process's environment; tells on standard error when it is the script.
   *
   * @throws IllegalArgumentException as {@link #open}
   */
  public static Endpoint fromEnvironment(Script script) {
    var endpoint = open(System.getenv(), Timeouts.DEFAULT, () -> MessagesServer.start(script));
    endpoint.note().ifPresent(System.err::println);
    return endpoint;
  }

  /**
   * The endpoint of an environment.
   *
   * @param embedded starts the server that is used when the environment names no other
   * @throws IllegalArgumentException that names the variable whose value cannot be used
   */
  public static Endpoint open(
      Map<String, String> environment, Timeouts timeouts, Supplier<MessagesServer> embedded) {
    var client = HttpMessagesClient.builder().timeouts(timeouts);
    if (isRemote(environment)) {
      return new Endpoint(client.environment(environment).build(), model(environment, MODEL), null);
    }
    var server = embedded.get();
    return new Endpoint(
        client.baseUri(server.baseUri()).apiKey("scripted").build(),
        model(environment, SCRIPTED),
        server);
  }

  private static boolean isRemote(Map<String, String> environment) {
    return !environment.getOrDefault("ANTHROPIC_API_KEY", "").isEmpty()
        || !environment.getOrDefault("ANTHROPIC_AUTH_TOKEN", "").isEmpty()
        || !environment.getOrDefault("ANTHROPIC_BASE_URL", "").isEmpty();
  }

  private static String model(Map<String, String> environment, String otherwise) {
    var named = environment.getOrDefault("ANTHROPIC_MODEL", "").strip();
    return named.isEmpty() ? otherwise : named;
  }

  /** The client; closed with the endpoint. */
  public MessagesClient client() {
    return client;
  }

  /** The model to be asked, unless the user names another. */
  public String model() {
    return model;
  }

  /** What tokens cost here: nothing where a script answers. */
  public PriceTable prices() {
    return server == null ? PriceTable.bundled() : PriceTable.parse(FREE);
  }

  /** What a user should know of it, in a line; empty for a real one. */
  public Optional<String> note() {
    return server == null ? Optional.empty() : Optional.of(NOTE);
  }

  /** Closes the client, and the server if it is the embedded one. */
  @Override
  public void close() {
    client.close();
    if (server != null) {
      server.close();
    }
  }
}
