package dev.millrace.examples.chat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.examples.terminal.Failure;
import dev.millrace.examples.terminal.Printable;
import dev.millrace.tools.todo.TodoList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows a run as it happens. On the run's thread. */
final class TurnView implements RunListener {
  private static final String PLAN = "todo_write";
  private static final int MOST_OF_A_LINE = 100;
  private static final int MOST_OUTPUT_LINES = 12;

  private final Screen screen;
  private final Map<String, InputView> inputs = new HashMap<>();
  private final List<String> running = new ArrayList<>();
  private boolean isThinking;

  TurnView(Screen screen) {
    this.screen = screen;
  }

  @Override
  public void on(AgentEvent event) {
    switch (event) {
      case AgentEvent.TurnStarted started -> screen.busy("asking");
      case AgentEvent.TextDelta(var text) -> text(text);
      case AgentEvent.ThinkingDelta(var text) -> thinking(text);
      case AgentEvent.ToolInputDelta delta -> input(delta);
      case AgentEvent.MessageCompleted completed -> endOfMessage();
      case AgentEvent.ToolStarted(var use) -> busy(use);
      case AgentEvent.ToolProgress(var use, var text) -> progress(text);
      case AgentEvent.ToolFinished(var use, var result, var took) -> finished(use, result, took);
      case AgentEvent.TurnRetried retried -> retried(retried);
      case AgentEvent.TranscriptCompacted(var turn, var before, var after) ->
          note("the conversation was cut from %d messages to %d".formatted(before, after));
      case AgentEvent.SubAgentEvent inner -> {}
      case AgentEvent.SessionResumed resumed -> {}
      case AgentEvent.RunStarted started -> {}
      case AgentEvent.ApprovalRequested requested -> {}
      case AgentEvent.RunFinished finished -> endOfMessage();
    }
  }

  private void text(String text) {
    screen.idle();
    if (isThinking) {
      screen.newLine();
      isThinking = false;
    }
    screen.print(Printable.text(text));
  }

  private void thinking(String text) {
    screen.idle();
    isThinking = true;
    screen.print(Style.DIM.of(Printable.text(text), screen));
  }

  private void input(AgentEvent.ToolInputDelta delta) {
    if (delta.toolName().equals(PLAN)) {
      screen.busy("planning"); // the plan is shown as a whole when it is made
      return;
    }
    screen.idle();
    inputs
        .computeIfAbsent(
            delta.toolUseId(),
            unseen -> {
              screen.newLine();
              screen.print(Style.CYAN.of("● " + Printable.line(delta.toolName(), 80), screen));
              return new InputView(delta.input(), screen);
            })
        .grow();
  }

  private void endOfMessage() {
    screen.idle();
    screen.newLine();
    inputs.clear();
    isThinking = false;
  }

  private void busy(ToolUse use) {
    running.add(use.name());
    screen.busy(String.join(", ", running));
  }

  private void progress(String text) {
    for (var line : text.lines().limit(MOST_OUTPUT_LINES).toList()) {
      screen.line(Style.DIM.of("  │ " + Printable.line(line, MOST_OF_A_LINE), screen));
    }
  }

  private void finished(ToolUse use, ToolResult result, Duration took) {
    running.remove(use.name());
    screen.idle();
    if (!running.isEmpty()) {
      screen.busy(String.join(", ", running));
    }
    var plan = result.isError() ? Optional.<TodoList>empty() : TodoList.of(use);
    if (plan.isPresent()) {
      plan(plan.get());
      return;
    }
    var mark = result.isError() ? Style.RED.of("✗", screen) : Style.GREEN.of("✓", screen);
    var ms = Style.DIM.of(" (%d ms) ".formatted(took.toMillis()), screen);
    screen.line(mark + " " + Printable.line(use.name(), 80) + ms + shortened(result));
  }

  private void plan(TodoList list) {
    list.toString().lines().forEach(item -> screen.line("  " + Printable.line(item)));
  }

  private static String shortened(ToolResult result) {
    var text = result.text().strip();
    long more = text.lines().skip(1).count();
    var first = Printable.line(text.lines().findFirst().orElse(""), MOST_OF_A_LINE);
    return first + (more == 0 ? "" : " (+%,d %s)".formatted(more, more == 1 ? "line" : "lines"));
  }

  private void retried(AgentEvent.TurnRetried retried) {
    note(
        "asked again in %.1f s (attempt %d), what was shown of this answer is void: %s"
            .formatted(
                retried.delay().toMillis() / 1_000.0,
                retried.attempt(),
                Failure.describe(retried.cause())));
    inputs.clear();
  }

  private void note(String text) {
    screen.idle();
    screen.line(Style.YELLOW.of("! " + Printable.line(text), screen));
  }
}
