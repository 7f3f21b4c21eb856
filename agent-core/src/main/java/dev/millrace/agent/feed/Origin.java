package dev.millrace.agent.feed;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentEvent.SubAgentEvent;
import dev.millrace.agent.AgentEvent.SubAgentEvent.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an event belongs: pieces of the same origin that follow each other can be joined.
 *
 * @param kind of the event itself, also inside another run
 * @param turn of the run that is streamed
 * @param path the calls that lead to an inner run; empty for the run itself
 * @param toolUseId the call that it is about; empty for none
 */
record Origin(Class<?> kind, int turn, List<Caller> path, String toolUseId) {

  static Origin of(AgentEvent event, int turn) {
    return event instanceof SubAgentEvent(var path, var inner)
        ? new Origin(inner.getClass(), turn, path, toolUseId(inner))
        : new Origin(event.getClass(), turn, List.of(), toolUseId(event));
  }

  private static String toolUseId(AgentEvent event) {
    return switch (event) {
      case AgentEvent.ToolInputDelta delta -> delta.toolUseId();
      case AgentEvent.ToolStarted started -> started.use().id();
      case AgentEvent.ToolProgress progress -> progress.use().id();
      case AgentEvent.ToolFinished finished -> finished.use().id();
      default -> "";
    };
  }

  /** What an event adds to something that grows; null when it is a whole thing. */
  static @Nullable String piece(AgentEvent event) {
    return switch (event) {
      case SubAgentEvent(var path, var inner) -> piece(inner);
      case AgentEvent.TextDelta(var text) -> text;
      case AgentEvent.ThinkingDelta(var text) -> text;
      // The first of a call is empty, and tells that there is one.
      case AgentEvent.ToolInputDelta delta when !delta.partialJson().isEmpty() ->
          delta.partialJson();
      default -> null;
    };
  }

  boolean is(Class<? extends AgentEvent> kind) {
    return this.kind == kind;
  }

  /** Whether it is text of the run itself. */
  boolean isText() {
    return is(AgentEvent.TextDelta.class) && path.isEmpty();
  }

  /** Whether it is a part of a message that was not whole yet. */
  boolean isStreamed() {
    return is(AgentEvent.TextDelta.class)
        || is(AgentEvent.ThinkingDelta.class)
        || is(AgentEvent.ToolInputDelta.class);
  }

  /** Whether it happened in an agent that the call of that origin runs. */
  boolean isInside(Origin call) {
    int depth = call.path.size();
    return path.size() > depth && path.get(depth).toolUseId().equals(call.toolUseId);
  }
}
