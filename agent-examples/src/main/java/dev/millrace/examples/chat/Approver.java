package dev.millrace.examples.chat;

import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.tools.question.AskUserTool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import tools.jackson.databind.JsonNode;

/** Asks the person at the terminal what is to become of calls that wait. */
final class Approver {
  private final LineReader reader;
  private final Screen screen;
  private final Set<String> neverAlways;
  private final Set<String> always = new HashSet<>();

  /**
   * @param neverAlways tools each call of which is asked for
   */
  Approver(LineReader reader, Screen screen, Set<String> neverAlways) {
    this.reader = reader;
    this.screen = screen;
    this.neverAlways = neverAlways;
  }

  /** Whether the user has said that calls of this tool need not be asked for any more. */
  boolean isAlwaysAllowed(String toolName) {
    return always.contains(toolName);
  }

  /** The answers; empty when the user does not want to answer now, so that the calls stay. */
  Optional<List<ApprovalAnswer>> ask(List<ApprovalRequest> requests) {
    var answers = new ArrayList<ApprovalAnswer>();
    try {
      for (var request : requests) {
        answers.add(
            request.use().name().equals(AskUserTool.NAME) ? question(request) : ask(request));
      }
      return Optional.of(answers);
    } catch (UserInterruptException | EndOfFileException e) {
      return Optional.empty();
    }
  }

  private ApprovalAnswer question(ApprovalRequest request) {
    var input = request.use().input().node();
    screen.line(Style.BOLD.of(Printable.text(input.path("question").asString("")), screen));
    for (var option : input.path("options")) {
      screen.line("  - " + Printable.line(option.asString("")));
    }
    return request.answer(reader.readLine("answer> "));
  }

  private ApprovalAnswer ask(ApprovalRequest request) {
    if (always.contains(request.use().name())) {
      return request.approve();
    }
    show(request);
    boolean isEachAsked = neverAlways.contains(request.use().name());
    while (true) {
      var more = isEachAsked ? "" : ", [a]lways this tool";
      var said = reader.readLine("allow? [y]es, [n]o, [e]dit" + more + " > ");
      var answer = answer(request, said.strip().toLowerCase(Locale.ROOT));
      if (answer.isPresent()) {
        return answer.get();
      }
    }
  }

  private Optional<ApprovalAnswer> answer(ApprovalRequest request, String said) {
    return switch (said) {
      case "y", "yes" -> Optional.of(request.approve());
      case "a", "always" -> always(request);
      case "n", "no" ->
          Optional.of(request.deny(why(reader.readLine("why not? (for the model) "))));
      case "e", "edit" -> edited(request);
      default -> Optional.empty();
    };
  }

  private Optional<ApprovalAnswer> always(ApprovalRequest request) {
    var name = request.use().name();
    return !neverAlways.contains(name) && always.add(name)
        ? Optional.of(request.approve())
        : Optional.empty();
  }

  private static String why(String said) {
    return said.isBlank() ? "The user said no. Do not try it again." : said.strip();
  }

  private Optional<ApprovalAnswer> edited(ApprovalRequest request) {
    var before = request.use().input().text();
    var after = reader.readLine("input> ", null, (Character) null, Printable.json(before));
    try {
      return Optional.of(request.edit(RawJson.parse(after)));
    } catch (InvalidJsonException | IllegalArgumentException e) {
      screen.line("that is no JSON object: " + Printable.line(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** The exact arguments, as what they would do. */
  private void show(ApprovalRequest request) {
    var use = request.use();
    var input = use.input().node();
    screen.line(
        Style.BOLD.of(Printable.line(use.name()), screen)
            + " wants approval: "
            + Printable.line(request.reason()));
    switch (use.name()) {
      case "edit_file" -> diff(input);
      case "write_file" -> {
        screen.line("  " + Printable.line(input.path("path").asString("")));
        block(Style.GREEN, "+", input.path("content").asString(""));
      }
      case "run_command" -> block(Style.YELLOW, "$", input.path("command").asString(""));
      default -> screen.line("  " + Printable.json(use.input().text()));
    }
  }

  private void diff(JsonNode input) {
    screen.line("  " + Printable.line(input.path("path").asString("")));
    for (var edit : input.path("edits")) {
      var all = edit.path("replace_all").asBoolean(false) ? " (everywhere)" : "";
      screen.line(Style.DIM.of("  @@" + all, screen));
      block(Style.RED, "-", edit.path("old_text").asString(""));
      block(Style.GREEN, "+", edit.path("new_text").asString(""));
    }
  }

  /** All of it: what is not shown must not be approved. */
  private void block(Style style, String sign, String text) {
    if (!text.isEmpty()) {
      text.lines()
          .forEach(line -> screen.line(style.of("  " + sign + " " + Printable.line(line), screen)));
    }
  }
}
