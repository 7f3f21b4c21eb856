package dev.millrace.examples.server;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.examples.scripted.ChatModel;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.examples.workplace.Toolset;
import dev.millrace.examples.workplace.Workplace;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.tools.files.FileChanges;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options of the command line. For one server. */
@Command(
    name = "chat-server",
    version = "Millrace 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "An agent that works in a folder, as a service with a page. Prints the link to it.",
    footer = {
      "",
      "Nothing is changed or run without approval; commands run in a sandbox without network.",
      "CHAT_TOKEN may set the token, which is made anew at each start otherwise.",
      "With ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN set it asks Claude; with ANTHROPIC_BASE_URL,"
          + " any server that speaks the Messages API. With none of them a script plays the model,"
          + " by default in a folder made for it."
    })
public final class ServerCommand {
  private static final Duration READABLE = Duration.ofMillis(15);
  private static final String SYSTEM =
      "You work with a user in a browser, in one folder, by the tools that you have: paths are"
          + " relative to the folder. Read before you edit. Answer in Markdown.";

  private final Map<String, String> environment;
  private final PrintStream out;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The folder. Default: the current one; without a key, a new one to try it in.")
  private @Nullable Path dir;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "The port, 0 for any that is free. Default: 8080.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Listens at this address, which others may reach. Default: 127.0.0.1.")
  private String bind = "127.0.0.1";

  @Option(
      names = "--allow-host",
      paramLabel = "HOST",
      description = "A name, with its port, by which clients may ask for the server.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "A user with a link and conversations of their own. May be repeated.")
  private List<String> users = new ArrayList<>();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where conversations are kept. Default: .millrace/server in the user's home.")
  private @Nullable Path home;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model. Default: claude-opus-5-5, or what ANTHROPIC_MODEL says.")
  private @Nullable String model;

  @Option(
      names = "--max-runs",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Most runs of a user at once. Default: 1024.")
  private int maxRuns;

  @Option(
      names = "--max-runs-per-minute",
      paramLabel = "N",
      defaultValue = "6000",
      description = "Most runs that a user begins in a minute. Default: 6000.")
  private int maxRunsPerMinute;

  @Option(
      names = "--max-usd-per-hour",
      paramLabel = "USD",
      defaultValue = "20",
      description = "Most that the runs of a user cost in an hour. Default: 20.")
  private BigDecimal maxUsdPerHour = BigDecimal.valueOf(20);

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "How long runs may go on when the server is told to end. Default: 2.")
  private int drain;

  private ServerCommand(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  /** Serves until the process is told to end; gives the exit code at once when it cannot. */
  public static int run(Map<String, String> environment, PrintStream out, String... arguments) {
    var started = start(environment, out, arguments);
    if (started.server() == null) {
      return started.code();
    }
    Runtime.getRuntime().addShutdownHook(new Thread(started::stop, "chat-server-stop"));
    return 0;
  }

  /**
   * Starts to serve.
   *
   * @param out is told the link
   */
  static StartedServer start(
      Map<String, String> environment, PrintStream out, String... arguments) {
    var command = new ServerCommand(environment, out);
    var line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(arguments);
      if (line.isUsageHelpRequested()) {
        out.print(line.getUsageMessage());
        return StartedServer.none(0);
      }
      if (line.isVersionHelpRequested()) {
        out.println(line.getCommandSpec().version()[0]);
        return StartedServer.none(0);
      }
      return command.start();
    } catch (ParameterException | UncheckedIOException | IllegalArgumentException e) {
      System.err.println("chat-server: " + Printable.line(String.valueOf(e.getMessage())));
      return StartedServer.none(1);
    }
  }

  private StartedServer start() {
    var address = address();
    var principals = principals();
    var endpoint =
        Endpoint.open(
            environment, Timeouts.DEFAULT, () -> MessagesServer.start(new ChatModel(READABLE)));
    try {
      var place = Workplace.of(folder(endpoint), home());
      var toolset = Toolset.of(place.folder(), false, new FileChanges());
      var metrics = new Metrics();
      var runner =
          AgentRunner.builder(endpoint.client(), model == null ? endpoint.model() : model)
              .system(SYSTEM)
              .tools(toolset.tools())
              .prices(endpoint.prices())
              .policy(ToolPolicy.askUnlessReadOnly())
              .observer(metrics.telemetry())
              .build();
      var limits = new Quota.Limits(maxRuns, maxRunsPerMinute, maxUsdPerHour);
      var conversations = new Conversations(Runs.here(runner), place.sessions(), limits);
      metrics.telemetry().feeds(conversations.feeds());
      var server = Server.start(address, port, hosts(), principals, conversations, metrics);
      greet(endpoint, place, toolset, server, principals);
      return new StartedServer(server, endpoint, Duration.ofSeconds(drain), 0);
    } catch (RuntimeException e) {
      endpoint.close();
      throw e;
    }
  }

  private InetAddress address() {
    try {
      return InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("--bind " + bind + ": there is no such address", e);
    }
  }

  private List<Principal> principals() {
    var names = users.isEmpty() ? List.of("me") : users;
    for (var name : names) {
      if (!name.matches("[a-z0-9_-]{1,32}")) {
        throw new IllegalArgumentException(
            "--user " + name + ": a name has 1 to 32 small letters, digits, _ and -");
      }
    }
    var chosen = environment.getOrDefault("CHAT_TOKEN", "");
    if (environment.containsKey("CHAT_TOKEN")) {
      if (names.size() > 1) {
        throw new IllegalArgumentException("CHAT_TOKEN is for one user; leave it away");
      }
      return List.of(new Principal(names.getFirst(), Token.of(chosen)));
    }
    return names.stream().distinct().map(name -> new Principal(name, Token.random())).toList();
  }

  private Set<String> hosts() {
    return hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  private Path folder(Endpoint endpoint) {
    if (dir != null) {
      return dir;
    }
    return endpoint.note().isEmpty() ? Path.of("") : Workplace.demo();
  }

  private Path home() {
    return home == null ? Path.of(System.getProperty("user.home"), ".millrace", "server") : home;
  }

  private void greet(
      Endpoint endpoint,
      Workplace place,
      Toolset toolset,
      Server server,
      List<Principal> principals) {
    endpoint.note().ifPresent(out::println);
    out.println("folder " + Printable.line(place.folder().toString()));
    toolset.note().ifPresent(note -> out.println("! " + note));
    for (var principal : principals) {
      var who = principals.size() == 1 ? "" : principal.name() + ": ";
      // After the #, which browsers keep to themselves: it gets into no log on the way.
      out.println(who + server.origin() + "/#token=" + principal.token().reveal());
    }
    out.flush();
  }
}
