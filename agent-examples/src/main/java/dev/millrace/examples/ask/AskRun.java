package dev.millrace.examples.ask;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.Thinking;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.session.SessionException;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.examples.scripted.FolderModel;
import dev.millrace.examples.terminal.Failure;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.tools.files.FileTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** One question to the model, from the check of what was given to the exit code. */
final class AskRun {
  /** How fast the script speaks to a person; nobody else has to wait for it. */
  private static final Duration READABLE = Duration.ofMillis(10);

  /** One folder keeps one conversation of this command. */
  private static final String SESSION = "ask";

  private final Shell shell;
  private final Question question;
  private final Cancellation cancellation = new Cancellation();
  private final Output out;
  private final View view;
  private final Measures measures = new Measures(System::nanoTime);

  AskRun(Shell shell, Question question) {
    this.shell = shell;
    this.question = question;
    this.out = new Output(shell.out(), cancellation::cancel);
    this.view = question.isJson() ? new JsonLines(out) : new TextScreen(out);
  }

  /**
   * Asks.
   *
   * @throws UsageException before anything is asked, when something cannot be worked with
   */
  ExitCode run() {
    var tools = tools();
    var file = question.transcript().map(TranscriptFile::writable);
    var conversation = new Conversation(question, shell);
    if (question.session().isEmpty()) {
      return run(conversation.transcript(), RunOptions.DEFAULT, tools, file);
    }
    try (var session = session(question.session().get())) {
      var transcript = conversation.transcript(session);
      if (transcript.isEmpty()) {
        shell.err().println("ask: the session has nothing left to do; give a prompt to go on");
        return ExitCode.COMPLETED;
      }
      return run(transcript.get(), RunOptions.DEFAULT.session(session), tools, file);
    }
  }

  private static Session session(Path folder) {
    try {
      return Session.open(FileSessionStore.in(folder), SESSION);
    } catch (SessionException e) {
      throw new UsageException("--session " + folder + ": " + e.getMessage());
    }
  }

  private ExitCode run(
      Transcript transcript, RunOptions options, Toolbox tools, Optional<TranscriptFile> file) {
    try (var endpoint = endpoint()) {
      var runner = runner(endpoint, tools);
      endpoint.note().ifPresent(shell.err()::println);
      try (var guard = shell.interrupts().guard(cancellation::cancel)) {
        return run(runner, transcript, options, file);
      }
    }
  }

  private Toolbox tools() {
    var directory = question.directory();
    if (!Files.isDirectory(directory)) {
      throw new UsageException("--dir " + directory + ": there is no such folder");
    }
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new UsageException("--dir " + directory + ": permission denied");
    }
    try {
      return question.isWithoutTools() ? Toolbox.EMPTY : Toolbox.of(FileTools.readOnly(directory));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new UsageException("--dir " + directory + ": " + e.getMessage());
    }
  }

  private Endpoint endpoint() {
    try {
      return Endpoint.open(
          shell.environment(),
          question.timeouts(),
          () -> MessagesServer.start(new FolderModel(pace())));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Duration pace() {
    return !question.isJson() && shell.isTerminal().getAsBoolean() ? READABLE : Duration.ZERO;
  }

  private AgentRunner runner(Endpoint endpoint, Toolbox tools) {
    try {
      var runner =
          AgentRunner.builder(endpoint.client(), question.model().orElse(endpoint.model()))
              .system(question.systemPrompt())
              .tools(tools)
              .prices(endpoint.prices());
      question.maxTurns().map(Limits.DEFAULT::turns).ifPresent(runner::limits);
      question.maxTokens().ifPresent(runner::maxTokens);
      if (question.isThinking()) {
        runner.thinking(Thinking.adaptive());
      }
      return runner.build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private ExitCode run(
      AgentRunner runner,
      Transcript transcript,
      RunOptions options,
      Optional<TranscriptFile> file) {
    try {
      var result = runner.run(transcript, this::show, options.cancelledBy(cancellation));
      boolean isKept = keep(result.transcript(), file);
      return out.isClosed() ? ExitCode.OUTPUT_CLOSED : ended(result, isKept);
    } catch (RunFailedException e) {
      keep(e.transcript(), file);
      return failed(e);
    }
  }

  private void show(AgentEvent event) {
    measures.on(event);
    view.on(event);
  }

  private ExitCode ended(RunResult result, boolean isKept) {
    var end = result.outcome().name().toLowerCase(Locale.ROOT);
    var detail = result.detail().isEmpty() ? "" : " (" + Printable.line(result.detail()) + ")";
    view.end();
    shell
        .err()
        .println(measures.summary(end + detail, result.turns(), result.usage(), result.cost()));
    var code = ExitCode.of(result.outcome());
    return code == ExitCode.COMPLETED && !isKept ? ExitCode.FAILED : code;
  }

  private ExitCode failed(RunFailedException e) {
    view.end();
    if (e.usage().reported()) {
      shell.err().println(measures.summary("failed", e.turns(), e.usage(), e.cost()));
    }
    var cause = e.getCause() == null ? e : e.getCause();
    shell.err().println("ask: failed in turn " + e.turns() + ": " + Failure.line(cause));
    if (question.session().isPresent()) {
      shell.err().println("ask: the session is kept; the same with --resume goes on from there");
    }
    return ExitCode.FAILED;
  }

  private boolean keep(Transcript transcript, Optional<TranscriptFile> file) {
    try {
      if (file.isPresent()) {
        file.get().write(transcript);
      }
      return true;
    } catch (IOException e) {
      shell.err().println("ask: the transcript was not written: " + TranscriptFile.reason(e));
      return false;
    }
  }
}
