package dev.millrace.examples.ask;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.feed.EventJson;
import dev.millrace.examples.terminal.Printable;

/** Each event as one line of JSON; {@code run_finished} is the last, if there is one. */
final class JsonLines implements View {
  private final Output out;
  private int turn;

  JsonLines(Output out) {
    this.out = out;
  }

  @Override
  public void on(AgentEvent event) {
    if (event instanceof AgentEvent.TurnStarted started) {
      turn = started.turn();
    }
    out.print(Printable.json(EventJson.of(event, turn).text()) + "\n");
  }

  @Override
  public void end() {}
}
