package dev.millrace.examples.server;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ApprovalRequest;
import java.util.List;

/** Runs conversations: in this process, or wherever else. Thread-safe. */
public interface Runs {
  /**
   * Runs a conversation to its end; throws as {@link AgentRunner#run}.
   *
   * @param session keeps what is said
   */
  RunResult run(Session session, Transcript transcript, RunListener listener, RunOptions options);

  /** The calls of a paused conversation that wait for somebody. */
  List<ApprovalRequest> approvals(Transcript transcript);

  /** In this process. */
  static Runs here(AgentRunner runner) {
    return new Runs() {
      @Override
      public RunResult run(
          Session session, Transcript transcript, RunListener listener, RunOptions options) {
        return runner.run(transcript, listener, options.session(session));
      }

      @Override
      public List<ApprovalRequest> approvals(Transcript transcript) {
        return runner.approvals(transcript);
      }
    };
  }
}
