package dev.millrace.examples.chat;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.SessionException;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.examples.scripted.ChatModel;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.examples.workplace.Toolset;
import dev.millrace.examples.workplace.Workplace;
import dev.millrace.testkit.MessagesServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options of the command line. For one conversation. */
@Command(
    name = "chat",
    version = "Millrace 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "An agent at the terminal that works in a folder: it reads, edits and runs commands.",
    footer = {
      "",
      "Nothing is changed or run without your approval; commands run in a sandbox without network.",
      "With ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN set it asks Claude; with ANTHROPIC_BASE_URL,"
          + " any server that speaks the Messages API. With none of them a script plays the model,"
          + " by default in a folder made for it."
    })
public final class ChatCommand {
  private static final Duration READABLE = Duration.ofMillis(15);
  private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");
  private static final String SYSTEM =
      "You work with a user at a terminal, in one folder, by the tools that you have: paths are"
          + " relative to the folder. Read before you edit. Be brief: a terminal is narrow.";

  private final Terminal terminal;
  private final Map<String, String> environment;
  private final Path home;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The folder. Default: the current one; without a key, a new one to try it in.")
  private @Nullable Path dir;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model. Default: claude-opus-5-5, or what ANTHROPIC_MODEL says.")
  private @Nullable String model;

  @Option(
      names = "--resume",
      paramLabel = "ID",
      arity = "0..1",
      fallbackValue = "",
      description = "Goes on with this conversation, or with the last one about the folder.")
  private @Nullable String resume;

  @Option(
      names = "--unsandboxed",
      description = "Runs commands, each after approval, although nothing confines them.")
  private boolean unsandboxed;

  private ChatCommand(Terminal terminal, Map<String, String> environment, Path home) {
    this.terminal = terminal;
    this.environment = environment;
    this.home = home;
  }

  /** Runs at the terminal of this process; gives its exit code. */
  public static int run(String... arguments) {
    // By stty, because Java warns of a library that calls native code.
    try (var terminal = TerminalBuilder.builder().provider("exec").dumb(true).build()) {
      var home = Path.of(System.getProperty("user.home"), ".millrace", "chat");
      return run(terminal, System.getenv(), home, arguments);
    } catch (IOException e) {
      // Nobody is there any more who could be shown more than this.
      System.err.println("The terminal cannot be used: " + e.getMessage());
      return 1;
    }
  }

  /**
   * Runs at this terminal; gives the exit code.
   *
   * @param home where conversations are kept
   */
  static int run(
      Terminal terminal, Map<String, String> environment, Path home, String... arguments) {
    var command = new ChatCommand(terminal, environment, home);
    var line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(arguments);
      if (line.isUsageHelpRequested()) {
        return command.print(line.getUsageMessage());
      }
      if (line.isVersionHelpRequested()) {
        return command.print(line.getCommandSpec().version()[0] + "\n");
      }
      command.chat();
      return 0;
    } catch (ParameterException
        | UncheckedIOException
        | SessionException
        | IllegalArgumentException
        | IllegalStateException e) {
      command.print("chat: " + Printable.line(String.valueOf(e.getMessage())) + "\n");
      return 1;
    }
  }

  private int print(String text) {
    terminal.writer().print(text);
    terminal.flush();
    return 0;
  }

  private void chat() {
    try (var endpoint =
            Endpoint.open(
                environment,
                Timeouts.DEFAULT,
                () -> MessagesServer.start(new ChatModel(READABLE)));
        var screen = new Screen(terminal)) {
      var place = Workplace.of(folder(endpoint), home);
      var store = FileSessionStore.in(place.sessions());
      var reader = reader();
      var approver = new Approver(reader, screen, unsandboxed ? Set.of("run_command") : Set.of());
      var undo = new Undo(screen);
      var toolset = Toolset.of(place.folder(), unsandboxed, undo.changes());
      var runner = runner(endpoint, toolset.tools(), approver);
      try (var dialogue = new Dialogue(runner, store, id(store), screen, approver)) {
        greet(screen, endpoint, place, toolset, dialogue);
        new ChatLoop(reader, screen, dialogue, toolset.tools(), undo, ChatCommand::newId).run();
      }
    }
  }

  private Path folder(Endpoint endpoint) {
    if (dir != null) {
      return dir;
    }
    return endpoint.note().isEmpty() || resume != null ? Path.of("") : Workplace.demo();
  }

  private LineReader reader() {
    return LineReaderBuilder.builder()
        .terminal(terminal)
        .variable(LineReader.HISTORY_FILE, home.resolve("history"))
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .build();
  }

  private AgentRunner runner(Endpoint endpoint, Toolbox tools, Approver approver) {
    var ask = ToolPolicy.askUnlessReadOnly();
    return AgentRunner.builder(endpoint.client(), model == null ? endpoint.model() : model)
        .system(SYSTEM)
        .tools(tools)
        .prices(endpoint.prices())
        .policy((use, tool) ->
            approver.isAlwaysAllowed(tool.name()) ? ToolPolicy.allow() : ask.decide(use, tool))
        .build();
  }

  private String id(FileSessionStore store) {
    if (resume == null) {
      return newId();
    }
    return resume.isEmpty()
        ? store.ids().stream().max(Comparator.naturalOrder()).orElseGet(ChatCommand::newId)
        : resume;
  }

  private static String newId() {
    return LocalDateTime.now(ZoneId.systemDefault()).format(ID);
  }

  private static void greet(
      Screen screen, Endpoint endpoint, Workplace place, Toolset toolset, Dialogue dialogue) {
    endpoint.note().ifPresent(note -> screen.line(Style.DIM.of(note, screen)));
    screen.line("folder " + Printable.line(place.folder().toString()));
    toolset.note().ifPresent(note -> screen.line(Style.YELLOW.of("! " + note, screen)));
    int said = dialogue.session().transcript().messages().size();
    if (said > 0) {
      var more = dialogue.isUnfinished() ? "; it was stopped, /continue goes on" : "";
      screen.line("session " + dialogue.session().id() + ", " + said + " messages" + more);
    }
    var hint = endpoint.note().isPresent() ? "try: fix the spelling in this folder   " : "";
    screen.line(Style.DIM.of(hint + "/help lists commands", screen));
  }
}
