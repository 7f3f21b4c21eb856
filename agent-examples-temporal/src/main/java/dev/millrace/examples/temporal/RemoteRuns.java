package dev.millrace.examples.temporal;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.examples.server.Runs;
import dev.millrace.temporal.AgentRuns;
import dev.millrace.temporal.DeltaBus;
import java.util.List;
import java.util.UUID;

/** The chat's runs, on whatever workers there are. */
record RemoteRuns(AgentRuns runs, DeltaBus bus) implements Runs {
  @Override
  public RunResult run(
      Session session, Transcript transcript, RunListener listener, RunOptions options) {
    listener.on(new AgentEvent.RunStarted(Storyteller.NAME));
    var id = session.id() + "-" + UUID.randomUUID();
    try (var running = session.begin(transcript)) {
      running.said(transcript);
      var cancel = options.cancelSignal();
      var result = runs.run(id, Storyteller.NAME, transcript, bus, listener, cancel);
      running.said(result.transcript());
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody waits for run " + id + " any more", e);
    }
  }

  /** None: the storyteller's tool needs no approval. */
  @Override
  public List<ApprovalRequest> approvals(Transcript transcript) {
    return List.of();
  }
}
