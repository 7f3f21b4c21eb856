package dev.millrace.examples.ask;

import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.Session;
import dev.millrace.examples.terminal.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** What is said before the model answers: a stored conversation, and the prompt. */
final class Conversation {
  private static final int MOST_PROMPT_BYTES = 16 << 20;

  private final Question question;
  private final Shell shell;

  Conversation(Question question, Shell shell) {
    this.question = question;
    this.shell = shell;
  }

  /**
   * The conversation, ready for the model.
   *
   * @throws UsageException when there is no prompt in it or it cannot be read
   */
  Transcript transcript() {
    if (question.resume().isEmpty()) {
      return Transcript.of(prompt());
    }
    var stored = load(question.resume().get(), shell.err());
    if (waits(stored) && question.words().isEmpty()) {
      return stored;
    }
    int waiting = stored.pending().size();
    if (waiting > 0) {
      shell
          .err()
          .printf(
              "ask: %d call%s that waited: answered as not run; without a prompt they are run%n",
              waiting, waiting == 1 ? "" : "s");
    }
    return stored.plus(Message.user(prompt()));
  }

  /**
   * The conversation that a session keeps, ready for the model; empty when it is to go on where it
   * stopped and has nothing left to do.
   *
   * @throws UsageException when the prompt is blank or cannot be read
   */
  Optional<Transcript> transcript(Session session) {
    for (var repair : session.repairs()) {
      shell.err().println("ask: in the session, " + Printable.line(repair));
    }
    var kept = session.transcript();
    boolean goesOn = question.isResuming() && question.words().isEmpty() && !kept.isEmpty();
    return goesOn
        ? Optional.of(kept).filter(Conversation::waits)
        : Optional.of(session.plus(Message.user(prompt())));
  }

  /** Whether the model is to answer without being told anything more. */
  private static boolean waits(Transcript transcript) {
    return !transcript.pending().isEmpty()
        || transcript.last().filter(last -> last.role() != Role.ASSISTANT).isPresent();
  }

  private static Transcript load(Path path, PrintStream err) {
    var loaded = TranscriptFile.read(path);
    for (var repair : loaded.repairs()) {
      err.println("ask: repaired " + path.getFileName() + " at " + Printable.line(repair));
    }
    return loaded.transcript();
  }

  private String prompt() {
    var words = String.join(" ", question.words());
    var prompt =
        question.words().isEmpty()
            ? Question.DEFAULT_PROMPT
            : words.equals("-") ? standardInput(shell.in()) : words;
    if (prompt.isBlank()) {
      throw new UsageException("the prompt is blank; say what to ask");
    }
    return prompt;
  }

  private static String standardInput(InputStream in) {
    try {
      var bytes = in.readNBytes(MOST_PROMPT_BYTES + 1);
      if (bytes.length > MOST_PROMPT_BYTES) {
        throw new UsageException("the prompt on standard input is longer than 16 MiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IOException e) {
      throw new UsageException("no prompt on standard input: " + TranscriptFile.reason(e));
    }
  }
}
