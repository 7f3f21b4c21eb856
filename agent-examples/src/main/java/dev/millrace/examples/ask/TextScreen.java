package dev.millrace.examples.ask;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.examples.terminal.Failure;
import dev.millrace.examples.terminal.GrowingInput;
import dev.millrace.examples.terminal.Printable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A run for people to read along. It only ever adds to the last line, so that it looks the same on
 * any terminal, in a pipe and in a file.
 */
final class TextScreen implements View {
  private static final int MOST_OF_A_LINE = 100;

  private final Output out;
  private final Map<String, GrowingInput> inputs = new HashMap<>();
  private String section = "";
  private boolean atLineStart = true;
  private boolean hasShownOfTurn;

  TextScreen(Output out) {
    this.out = out;
  }

  @Override
  public void on(AgentEvent event) {
    switch (event) {
      case AgentEvent.TurnStarted started -> hasShownOfTurn = false;
      case AgentEvent.TextDelta(var text) -> add("text", "", Printable.text(text));
      case AgentEvent.ThinkingDelta(var thinking) ->
          add("thinking", "~ ", Printable.text(thinking).replace("\n", "\n~ "));
      case AgentEvent.ToolInputDelta delta -> grow(delta);
      case AgentEvent.ToolProgress(var use, var text) ->
          line("  \u2026 " + label(use) + ": " + Printable.line(text, MOST_OF_A_LINE));
      case AgentEvent.ToolFinished(var use, var result, var took) ->
          line("  " + (result.isError() ? "\u2717 " : "\u2713 ") + told(use, result, took));
      case AgentEvent.TurnRetried retried -> retry(retried);
      case AgentEvent.TranscriptCompacted(var turn, var before, var after) ->
          startOver("! the conversation was cut from %d messages to %d".formatted(before, after));
      case AgentEvent.ApprovalRequested(var request) ->
          line(
              "  ? "
                  + label(request.use())
                  + " waits for approval: "
                  + Printable.line(request.reason()));
      case AgentEvent.SubAgentEvent inner -> {}
      case AgentEvent.MessageCompleted completed -> end();
      case AgentEvent.RunStarted started -> {}
      case AgentEvent.SessionResumed resumed -> {}
      case AgentEvent.ToolStarted started -> {}
      case AgentEvent.RunFinished finished -> end();
    }
  }

  @Override
  public void end() {
    if (!atLineStart) {
      print("\n");
    }
    section = "";
  }

  private void grow(AgentEvent.ToolInputDelta delta) {
    var id = delta.toolUseId();
    var goesOn = inputs.containsKey(id) ? " \u2026" : "";
    var input = inputs.computeIfAbsent(id, unseen -> new GrowingInput(delta.input()));
    add(id, "\u2192 " + Printable.line(delta.toolName(), 80) + goesOn, input.next());
  }

  /** Goes on with what stands on the last line, or begins a line for it. */
  private void add(String what, String head, String text) {
    if (!section.equals(what)) {
      end();
      section = what;
      print(head);
    }
    hasShownOfTurn = true;
    print(text);
  }

  private void line(String text) {
    end();
    print(text + "\n");
  }

  private void print(String text) {
    if (!text.isEmpty()) {
      atLineStart = text.endsWith("\n");
      out.print(text);
    }
  }

  private void retry(AgentEvent.TurnRetried retried) {
    startOver(
        "! asked again in %.1f s (attempt %d): %s"
            .formatted(
                retried.delay().toMillis() / 1_000.0,
                retried.attempt(),
                Printable.line(Failure.describe(retried.cause()))));
  }

  private void startOver(String why) {
    line(why + (hasShownOfTurn ? "; what was shown of this turn is void" : ""));
    hasShownOfTurn = false;
    inputs.clear();
  }

  private static String told(ToolUse use, ToolResult result, Duration took) {
    return "%s (%d ms): %s".formatted(label(use), took.toMillis(), shortened(result));
  }

  /** The call's name with the first string of its input, which mostly is what it is about. */
  private static String label(ToolUse use) {
    var about =
        use.input()
            .node()
            .valueStream()
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .findFirst()
            .orElse("");
    return Printable.line(use.name(), 80)
        + (about.isEmpty() ? "" : " " + Printable.line(about, 60));
  }

  private static String shortened(ToolResult result) {
    var others =
        result.content().stream()
            .filter(block -> !(block instanceof Text))
            .map(ContentBlock::type)
            .map(type -> "[" + Printable.line(type, 40) + "]")
            .collect(Collectors.joining(" "));
    var text = result.text().strip();
    long more = text.lines().skip(1).count();
    var first = Printable.line(text.lines().findFirst().orElse(""), MOST_OF_A_LINE);
    var all =
        others
            + first
            + (more == 0 ? "" : " (+%,d %s)".formatted(more, more == 1 ? "line" : "lines"));
    return all.isEmpty() ? "nothing" : all;
  }
}
