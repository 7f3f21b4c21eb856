package dev.millrace.tools.shell;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands of the model and says what came of them. */
record Commands(Confinement confinement, ShellSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  /** The kernel takes 131,072 bytes as one argument. */
  private static final int MAX_COMMAND_BYTES = 100_000;

  private static final Pattern CHANGES_THE_SHELL =
      Pattern.compile("(^|[;&|(\\s])(cd|pushd|export|unset|source|alias|set)\\s");

  record RunCommand(
      @Description("The command, e.g. grep -rn TODO src | head; bash reads it") String command,
      @JsonProperty("timeout_seconds")
          @Description("Kill it after this many seconds; default: the longest time it may take")
          OptionalInt timeoutSeconds) {}

  record Bash(
      @Description("The command") Optional<String> command,
      @Description("Restart the shell") Optional<Boolean> restart) {}

  String description() {
    var where =
        isSandboxed()
            ? "Runs in a sandbox without network: only the workspace can be changed, and in it not "
                + String.join(", ", settings.protectedPaths())
                + ". /tmp and the home directory are empty each time."
            : "Runs on this machine, without a sandbox.";
    return "Runs a shell command in the workspace and gives what it printed, stdout and stderr in"
        + " order, and its exit code. "
        + where
        + " Each command starts in a fresh shell in the workspace: cd, variables and background"
        + " processes do not last, files in the workspace do. There is no terminal and no input. A"
        + " command may take "
        + Shown.seconds(time().toSeconds())
        + ". Of long output the middle is cut out; write it to a file to look at parts.";
  }

  boolean isSandboxed() {
    return confinement.isSandbox();
  }

  Duration time() {
    return settings.limits().commandTime();
  }

  String run(RunCommand input, ToolContext context) throws ToolFailure {
    long most = time().toSeconds();
    long seconds = input.timeoutSeconds().isPresent() ? input.timeoutSeconds().getAsInt() : most;
    if (seconds < 1 || seconds > most) {
      throw new ToolFailure(
          "Not run: timeout_seconds must be from 1 to " + most + ", not " + seconds + ".");
    }
    return run(input.command(), Duration.ofSeconds(seconds), context);
  }

  String bash(Bash input, ToolContext context) throws ToolFailure {
    if (input.restart().orElse(false)) {
      return "There was nothing to restart: each command starts in a fresh shell.";
    }
    var command =
        input
            .command()
            .orElseThrow(() -> new ToolFailure("Not run: give a command, or restart: true."));
    var result = run(command, time(), context);
    return CHANGES_THE_SHELL.matcher(command).find()
        ? result + "\n[the next command starts in the workspace again, in a fresh shell]"
        : result;
  }

  private String run(String command, Duration time, ToolContext context) throws ToolFailure {
    check(command);
    var outcome = outcome(command, time, context);
    return switch (outcome.ending()) {
      case Ending.Exited exited -> joined(outcome.printed().text(), exited.toString());
      case Ending.Killed killed -> throw new ToolFailure(failure(killed, outcome.printed()));
      case Ending.NotBegun notBegun -> {
        LOG.warn("a command could not begin: {}", outcome.printed().preamble());
        throw new ToolFailure(cannotStart());
      }
    };
  }

  private Execution.Outcome outcome(String command, Duration time, ToolContext context)
      throws ToolFailure {
    try {
      return Execution.of(
          confinement, command, settings.limits(), time, context::progress, context.cancelSignal());
    } catch (IOException e) {
      LOG.warn("a command could not be started", e);
      throw new ToolFailure(cannotStart(), e);
    }
  }

  private static void check(String command) throws ToolFailure {
    if (command.isBlank()) {
      throw new ToolFailure("Not run: the command is empty.");
    }
    if (command.indexOf('\0') >= 0) {
      throw new ToolFailure("Not run: the command has a NUL character, which no shell can read.");
    }
    int bytes = Confinement.bytes(command).length;
    if (bytes > MAX_COMMAND_BYTES) {
      throw new ToolFailure(
          "Not run: a command may have "
              + Shown.number(MAX_COMMAND_BYTES)
              + " bytes, this one has "
              + Shown.number(bytes)
              + ". Write it to a file in parts and run the file.");
    }
  }

  private static String cannotStart() {
    return "Not run: the shell could not be started on this machine. Nothing can be done about it"
        + " by another command; tell the user.";
  }

  private static String failure(Ending.Killed killed, Printed printed) {
    var reason = "Killed with all it had started, because " + killed.reason() + ".";
    var text = printed.text();
    return text.isBlank()
        ? reason + " It had printed nothing."
        : reason + " Until then it had printed:\n" + text;
  }

  private static String joined(String text, String end) {
    return text.isBlank() ? end : text + "\n" + end;
  }
}
