package dev.millrace.examples.ask;

import dev.millrace.examples.terminal.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options of the command line. For one run. */
@Command(
    name = "ask",
    version = "Millrace 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Asks a model about a folder that it can list, read and search, but not change.",
    footer = {
      "",
      "With ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN set it asks Claude; with ANTHROPIC_BASE_URL,"
          + " any server that speaks the Messages API. With none of them a script answers, which"
          + " can only describe the folder. ANTHROPIC_MODEL names another model.",
      "",
      "Exit codes: 0 the model finished its answer; 1 wrong usage; 3 ended otherwise (a limit,"
          + " max_tokens, a refusal, a full context, an unknown reason); 4 the run failed;"
          + " 130 cancelled by Ctrl-C (143 by SIGTERM); 141 nobody reads the output."
    })
public final class AskCommand {
  private final Shell shell;

  @Parameters(
      paramLabel = "PROMPT",
      arity = "0..*",
      description =
          "What to ask, or - to read it from standard input. Default: "
              + Question.DEFAULT_PROMPT
              + ".")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model. Default: claude-opus-5-5, or what ANTHROPIC_MODEL says.")
  private @Nullable String model;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system prompt, instead of one that tells of the folder.")
  private @Nullable String system;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The folder. Default: the current directory.")
  private @Nullable Path dir;

  @Option(
      names = "--max-turns",
      paramLabel = "N",
      description = "Ends the run after so many requests to the model. Default: 100.")
  private @Nullable Integer maxTurns;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most tokens of one message. Default: 16384.")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description =
          "How long a stream may be silent, such as 30s, 500ms, 2m or 45 (seconds). Default: 90s.")
  private @Nullable Duration idleTimeout;

  @Option(
      names = "--first-byte-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "How long an answer may take to begin. Default: 2m.")
  private @Nullable Duration firstByteTimeout;

  @Option(names = "--json", description = "Prints each event as one line of JSON, nothing else.")
  private boolean json;

  @Option(
      names = "--transcript",
      paramLabel = "FILE",
      description = "Writes the conversation there at the end, however the run ended.")
  private @Nullable Path transcript;

  @Option(
      names = "--session",
      paramLabel = "DIR",
      description =
          "Keeps the conversation there as it goes, so that nothing is lost however the run ends;"
              + " goes on with one that is there.")
  private @Nullable Path session;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Goes on with the conversation in it, or, without FILE, with that of --session, where it"
              + " stopped. Without a prompt, calls that wait are answered first.")
  private @Nullable String resume;

  @Option(names = "--thinking", description = "Asks the model to think and shows a summary of it.")
  private boolean thinking;

  @Option(names = "--no-tools", description = "Gives the model no tools.")
  private boolean noTools;

  private AskCommand(Shell shell) {
    this.shell = shell;
  }

  /** Runs the command; gives its exit code. */
  public static int run(Shell shell, String... arguments) {
    var command = new AskCommand(shell);
    var line = new CommandLine(command).setExpandAtFiles(false).setTrimQuotes(false);
    try {
      line.parseArgs(arguments);
      if (line.isUsageHelpRequested()) {
        return print(shell, line.getUsageMessage());
      }
      if (line.isVersionHelpRequested()) {
        return print(shell, line.getCommandSpec().version()[0] + "\n");
      }
      return new AskRun(shell, command.question()).run().number();
    } catch (ParameterException | UsageException e) {
      var message = Printable.line(String.valueOf(e.getMessage()));
      shell.err().println("ask: " + message + (e instanceof UsageException ? "" : "; see --help"));
      return ExitCode.USAGE.number();
    }
  }

  private static int print(Shell shell, String text) {
    new Output(shell.out(), () -> {}).print(text);
    return ExitCode.COMPLETED.number();
  }

  private Question question() {
    var isResuming = resume != null;
    var file = Optional.ofNullable(resume).filter(text -> !text.isEmpty());
    if (session != null && file.isPresent()) {
      words.addFirst(file.get()); // of a session nothing but the prompt can follow --resume
      file = Optional.empty();
    }
    if (isResuming && session == null && file.isEmpty()) {
      throw new UsageException("--resume needs a FILE, or --session DIR beside it");
    }
    return new Question(
        words,
        Optional.ofNullable(model),
        Optional.ofNullable(system),
        shell.directory().resolve(dir == null ? Path.of("") : dir),
        Optional.ofNullable(maxTurns),
        Optional.ofNullable(maxTokens),
        Optional.ofNullable(idleTimeout),
        Optional.ofNullable(firstByteTimeout),
        json,
        Optional.ofNullable(transcript).map(shell.directory()::resolve),
        file.map(shell.directory()::resolve),
        Optional.ofNullable(session).map(shell.directory()::resolve),
        isResuming,
        thinking,
        noTools);
  }
}
