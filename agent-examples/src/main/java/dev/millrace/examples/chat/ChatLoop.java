package dev.millrace.examples.chat;

import dev.millrace.agent.tool.RegisteredTool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.examples.terminal.Printable;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal.Signal;

/** Reads what the user says, line by line, until there is nothing more. */
final class ChatLoop {
  private static final String HELP =
      """
      /tools     what the model can do
      /cost      what it has cost until now
      /session   where this conversation is kept
      /continue  goes on where it was stopped
      /compact   goes on with a summary in a new session
      /undo      takes back the last change of a file
      /exit      ends it; --resume goes on
      Ctrl-C stops the answer, Ctrl-D ends it.\
      """;

  private final LineReader reader;
  private final Screen screen;
  private final Dialogue dialogue;
  private final Toolbox tools;
  private final Undo undo;
  private final Supplier<String> newId;

  ChatLoop(
      LineReader reader,
      Screen screen,
      Dialogue dialogue,
      Toolbox tools,
      Undo undo,
      Supplier<String> newId) {
    this.reader = reader;
    this.screen = screen;
    this.dialogue = dialogue;
    this.tools = tools;
    this.undo = undo;
    this.newId = newId;
  }

  void run() {
    screen.terminal().handle(Signal.INT, signal -> dialogue.cancel());
    while (true) {
      try {
        var line = reader.readLine("> ").strip();
        if (line.equals("/exit")) {
          return;
        }
        if (!line.isEmpty()) {
          obey(line);
        }
      } catch (UserInterruptException e) {
        screen.line(Style.DIM.of("(Ctrl-D or /exit ends it)", screen));
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private void obey(String line) {
    switch (line) {
      case "/help", "/?" -> screen.line(HELP);
      case "/tools" -> tools.tools().forEach(this::tool);
      case "/cost" -> cost();
      case "/session" -> session();
      case "/compact" -> compact();
      case "/undo" -> undo.last(dialogue);
      case "/continue" -> goOn();
      default -> {
        if (line.startsWith("/") && !line.contains(" ")) {
          screen.line("there is no " + Printable.line(line, 40) + "; /help lists what there is");
        } else {
          dialogue.say(line);
        }
      }
    }
  }

  private void tool(RegisteredTool tool) {
    var traits = tool.spec().traits();
    var about = tool.spec().description().lines().findFirst().orElse("");
    screen.line(
        Style.BOLD.of(tool.spec().name(), screen)
            + Style.DIM.of(" (" + kind(traits) + ") ", screen)
            + Printable.line(about, screen.room(40)));
  }

  private static String kind(ToolTraits traits) {
    if (traits.isQuestion()) {
      return "asks you";
    }
    return traits.isReadOnly() ? "only reads" : "asks for approval";
  }

  private void cost() {
    var usage = dialogue.usage();
    screen.line(
        "%d turns; tokens %,d in, %,d out, cache %,d read, %,d written; %s"
            .formatted(
                dialogue.turns(),
                usage.inputTokens(),
                usage.outputTokens(),
                usage.cacheReadInputTokens(),
                usage.cacheCreationInputTokens(),
                dialogue.cost().map(sum -> "$" + sum.toPlainString()).orElse("cost not known")));
  }

  private void session() {
    var session = dialogue.session();
    int messages = session.transcript().messages().size();
    screen.line(session.id() + ", " + messages + " messages; to go on: --resume " + session.id());
    session.repairs().forEach(repair -> screen.line("  " + Printable.line(repair)));
  }

  private void compact() {
    if (dialogue.session().transcript().isEmpty()) {
      screen.line("there is nothing to summarise");
    } else {
      dialogue.compact(newId.get());
      screen.line("this is session " + dialogue.session().id() + " now");
    }
  }

  private void goOn() {
    if (dialogue.isUnfinished()) {
      dialogue.goOn();
    } else {
      screen.line("there is nothing to go on with");
    }
  }
}
