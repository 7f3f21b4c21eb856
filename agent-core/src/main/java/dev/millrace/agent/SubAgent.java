package dev.millrace.agent;

import dev.millrace.agent.AgentEvent.SubAgentEvent;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A runner as a tool of another run. */
record SubAgent(String name, String description, AgentRunner runner) {
  /** The limits of the runs end it; the time of the call is not to come first. */
  private static final Duration TIMEOUT = Duration.ofDays(1);

  record Task(
      @Description("What to do, with all that must be known: nothing else is seen") String task) {}

  Tool tool() {
    return Tool.of(name, description, Task.class, this::call)
        .with(ToolTraits.DEFAULT.timeout(TIMEOUT));
  }

  private String call(Task task, ToolContext context) throws ToolFailure {
    try {
      var options = RunOptions.within(context);
      return text(runner.run(Transcript.of(task.task()), told(context), options));
    } catch (RunFailedException e) {
      throw new ToolFailure("The agent failed: " + e.getMessage(), e);
    }
  }

  /** Tells the listener of the run around, on that run's own thread. */
  private RunListener told(ToolContext context) {
    if (!(context.run() instanceof RunScope around)) {
      return event -> {};
    }
    var caller = new SubAgentEvent.Caller(context.toolUseId(), name);
    return event -> {
      var told = wrap(caller, event);
      context.tell(() -> around.listener().on(told));
    };
  }

  private static SubAgentEvent wrap(SubAgentEvent.Caller caller, AgentEvent event) {
    var path = new ArrayList<>(List.of(caller));
    if (event instanceof SubAgentEvent(var below, var innermost)) {
      path.addAll(below);
      return new SubAgentEvent(path, innermost);
    }
    return new SubAgentEvent(path, event);
  }

  private static String text(RunResult result) throws ToolFailure {
    if (result.outcome() == RunOutcome.COMPLETED) {
      return result.text();
    }
    var said = result.text().isBlank() ? "" : "\nWhat it said last: " + result.text();
    throw new ToolFailure(
        "The agent did not finish (" + result.outcome() + "): " + why(result) + "." + said);
  }

  private static String why(RunResult result) {
    var names = result.approvals().stream().map(request -> request.use().name()).toList();
    return names.isEmpty()
        ? result.detail()
        : "it wanted to call " + String.join(", ", names) + ", which nobody here can approve";
  }
}
