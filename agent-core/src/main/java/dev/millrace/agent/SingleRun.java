package dev.millrace.agent;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.session.SessionException;
import dev.millrace.agent.tool.CallScope;
import dev.millrace.agent.tool.CallWrapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run: puts around the loop what it needs, and takes it away again however it ends. */
final class SingleRun {
  private final Agent agent;
  private final RunListener listener;
  private final RunOptions options;

  SingleRun(Agent agent, RunListener listener, RunOptions options) {
    this.agent = agent;
    this.listener = listener;
    this.options = options;
  }

  RunResult of(Transcript transcript) {
    var id = options.session().map(Session::id).orElse("");
    var observations = Observations.begin(agent.observers(), agent.model(), id);
    Throwable failure = null;
    try {
      return new SingleRun(agent, observations.before(listener), options)
          .of(transcript, id, observations);
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      observations.ended(failure);
    }
  }

  private RunResult of(Transcript transcript, String id, Observations observations) {
    var scope = RunScope.enter(options.outer(), agent.limits(), listener);
    var logContext = LogContext.ofThisThread();
    var cancellation = new Cancellation();
    try (var session = begin(options.session(), transcript);
        var outside = options.cancelSignal().onCancel(cancellation::cancel);
        var deadline = Deadline.start(scope.deadline(), cancellation)) {
      CallWrapper wrapper =
          (use, call) -> {
            logContext.set();
            return observations.call(use, call);
          };
      var calls = new CallScope(options.attributes(), id, scope, cancellation, wrapper);
      return run(transcript, calls, Optional.ofNullable(session), scope, observations);
    }
  }

  private static Session.@Nullable Running begin(Optional<Session> session, Transcript transcript) {
    return session.isPresent() ? session.get().begin(transcript) : null;
  }

  private RunResult run(
      Transcript transcript,
      CallScope calls,
      Optional<Session.Running> session,
      RunScope scope,
      Observations observations) {
    var expenses = agent.expenses(scope);
    try (var steps =
        new LiveSteps(
            agent,
            expenses,
            listener,
            observations,
            calls,
            session,
            options.answers(),
            scope.startedAt())) {
      var loop =
          new AgentLoop(
              steps, expenses, new LoopGuard(agent.polls()), RunProgress.begin(transcript));
      attempt(loop, () -> started(transcript, session));
      var result = ended(loop, session);
      attempt(
          loop,
          () -> {
            session.ifPresent(running -> running.said(result.transcript()));
            listener.on(new AgentEvent.RunFinished(result));
          });
      return result;
    }
  }

  private void started(Transcript transcript, Optional<Session.Running> session) {
    listener.on(new AgentEvent.RunStarted(agent.model()));
    if (session.isPresent()) {
      var kept = options.session().orElseThrow();
      boolean hasPast = !kept.transcript().isEmpty();
      boolean isChanged = session.get().runBy(agent.fingerprint());
      session.get().said(transcript);
      if (hasPast) {
        listener.on(new AgentEvent.SessionResumed(kept.id(), isChanged, kept.repairs()));
      }
    }
  }

  private static RunResult ended(AgentLoop loop, Optional<Session.Running> session) {
    try {
      return loop.run().orElseThrow();
    } catch (RunFailedException failure) {
      try {
        session.ifPresent(running -> running.said(failure.transcript()));
      } catch (SessionException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  private static void attempt(AgentLoop loop, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      throw loop.failed(e);
    }
  }
}
