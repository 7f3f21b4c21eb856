package dev.millrace.agent;

import dev.millrace.agent.client.ContextTooLongException;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.agent.tool.CallScope;
import dev.millrace.agent.tool.EarlyCalls;
import dev.millrace.agent.tool.PreparedCall;
import dev.millrace.agent.tool.ToolObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of the steps: they ask the model, call tools, keep the session's journal and tell the
 * listener. For one run.
 */
final class LiveSteps implements Steps, AutoCloseable {
  private final Agent agent;
  private final Requests requests;
  private final Expenses expenses;
  private final RunListener listener;
  private final Observations observations;
  private final CallScope scope;
  private final Optional<Session.Running> session;
  private List<ApprovalAnswer> answers;
  private final long startedAt;
  private EarlyCalls early;
  private Optional<String> containerId = Optional.empty();

  /**
   * @param answers to calls that are pending when the run begins
   * @param startedAt when the run began, in the time of {@link System#nanoTime()}
   */
  LiveSteps(
      Agent agent,
      Expenses expenses,
      RunListener listener,
      Observations observations,
      CallScope scope,
      Optional<Session.Running> session,
      List<ApprovalAnswer> answers,
      long startedAt) {
    this.agent = agent;
    this.requests = new Requests(agent.template(), agent.isCaching());
    this.expenses = expenses;
    this.listener = listener;
    this.observations = observations;
    this.scope = scope;
    this.session = session;
    this.answers = answers;
    this.startedAt = startedAt;
    this.early = agent.toolCalls().early(scope);
  }

  @Override
  public Asked ask(Question question) {
    var early = startEarlyCalls();
    var attempt =
        new Attempt(question, expenses, listener, agent.startsCallsEarly() ? early : null);
    var transcript = question.transcript();
    try {
      keep(transcript);
      if (isCancelled()) {
        return asked(transcript, attempt, null, null);
      }
      listener.on(new AgentEvent.TurnStarted(question.turn()));
      var shorter = stream(question, transcript, attempt, agent.compaction());
      if (shorter.isPresent()) {
        transcript = shorter.get();
        keep(transcript);
        attempt.startOver();
        listener.on(
            new AgentEvent.TranscriptCompacted(
                question.turn(), size(question.transcript()), size(transcript)));
        stream(question, transcript, attempt, Compaction.NONE);
      }
      var response = attempt.response();
      containerId = response.containerId().or(() -> containerId);
      listener.on(new AgentEvent.MessageCompleted(question.turn(), response));
      return asked(transcript, attempt, response, null);
    } catch (Attempt.OverspentException e) {
      return new Asked(transcript, null, Set.of(), attempt.usage(), true, elapsed(), null);
    } catch (CancellationException e) {
      // One that nobody asked for is the listener's own, and a failure like any other.
      return asked(transcript, attempt, null, isCancelled() ? null : e);
    } catch (RuntimeException | Error e) {
      return asked(transcript, attempt, null, e);
    }
  }

  private EarlyCalls startEarlyCalls() {
    early.close();
    early = agent.toolCalls().early(scope);
    return early;
  }

  private void keep(Transcript transcript) {
    session.ifPresent(running -> running.said(transcript));
  }

  private static int size(Transcript transcript) {
    return transcript.messages().size();
  }

  /** Asks; gives a shorter transcript when this one was too long and can be made shorter. */
  private Optional<Transcript> stream(
      Question question, Transcript transcript, Attempt attempt, Compaction compaction) {
    var request = requests.next(question, transcript, containerId);
    observations.asks(question.turn(), request);
    try {
      agent.client().stream(request, scope.cancel(), attempt);
      return attempt.isContextFull() ? compaction.shorter(transcript) : Optional.empty();
    } catch (ContextTooLongException e) {
      var shorter = compaction.shorter(transcript);
      if (shorter.isEmpty()) {
        throw e;
      }
      return shorter;
    }
  }

  private Asked asked(
      Transcript transcript,
      Attempt attempt,
      @Nullable MessageResponse response,
      @Nullable Throwable failure) {
    var started = response == null ? Set.<String>of() : early.started(response.toolUses());
    return new Asked(transcript, response, started, attempt.usage(), false, elapsed(), failure);
  }

  @Override
  public Called call(int turn, Transcript transcript, List<ToolUse> uses) {
    try {
      keep(transcript);
      var calls = prepare(uses);
      var waiting = waiting(calls);
      if (waiting.isEmpty()) {
        var outcome = agent.toolCalls().run(calls, scope, early, new Observer(calls));
        return new Called(outcome.results(), waiting, isCancelled(), elapsed(), outcome.fatal());
      }
      for (var request : waiting) {
        listener.on(new AgentEvent.ApprovalRequested(request));
      }
      return new Called(List.of(), waiting, false, elapsed(), null);
    } catch (RuntimeException | Error e) {
      return new Called(List.of(), List.of(), false, elapsed(), e);
    } finally {
      // An answer counts once: whatever is called later is not what was shown.
      answers = List.of();
      early.close();
    }
  }

  /** When one call still waits, those that were answered are asked for anew: nothing has run. */
  private List<ApprovalRequest> waiting(List<PreparedCall> calls) {
    var waiting = new ArrayList<ApprovalRequest>();
    boolean pauses = false;
    for (var call : calls) {
      if (call instanceof PreparedCall.Paused paused) {
        pauses = true;
        waiting.add(new ApprovalRequest(call.use(), paused.reason()));
      } else if (isAnswered(call.use())) {
        waiting.add(new ApprovalRequest(call.use(), "answer it again, along with the other calls"));
      }
    }
    return pauses ? waiting : List.of();
  }

  private boolean isAnswered(ToolUse use) {
    for (var answer : answers) {
      if (answer.fits(use)) {
        return true;
      }
    }
    return false;
  }

  /** Calls whose outcome an earlier run of the session has left behind are not made again. */
  private List<PreparedCall> prepare(List<ToolUse> uses) {
    if (session.isEmpty()) {
      return agent.toolCalls().prepare(uses, early, answers);
    }
    Map<String, PreparedCall> known = new HashMap<>();
    for (var use : uses) {
      session
          .get()
          .known(use)
          .ifPresent(result -> known.put(use.id(), new PreparedCall.Refused(use, result)));
    }
    var open = uses.stream().filter(use -> !known.containsKey(use.id())).toList();
    var prepared = agent.toolCalls().prepare(open, early, answers).iterator();
    return uses.stream()
        .map(use -> known.containsKey(use.id()) ? known.get(use.id()) : prepared.next())
        .toList();
  }

  private boolean isCancelled() {
    return scope.cancel().isCancelled() || Thread.currentThread().isInterrupted();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  /** Drops what was started early and never asked for. */
  @Override
  public void close() {
    early.close();
  }

  /** Keeps in the session's journal what happens to calls, then tells of it. */
  private final class Observer implements ToolObserver {
    private final Map<String, PreparedCall> calls = new HashMap<>();

    Observer(List<PreparedCall> calls) {
      calls.forEach(call -> this.calls.put(call.use().id(), call));
    }

    @Override
    public void started(ToolUse use) {
      listener.on(new AgentEvent.ToolStarted(use));
      session.ifPresent(running -> begins(running, use));
    }

    private void begins(Session.Running running, ToolUse use) {
      if (isRepeatable(use)) {
        running.beginsRepeatable(use);
      } else {
        running.begins(use);
      }
    }

    private boolean isRepeatable(ToolUse use) {
      return calls.get(use.id()) instanceof PreparedCall.Ready ready
          && ready.tool().spec().traits().isRepeatable();
    }

    @Override
    public void progressed(ToolUse use, String text) {
      listener.on(new AgentEvent.ToolProgress(use, text));
    }

    @Override
    public void finished(ToolUse use, ToolResult result, Duration took) {
      session.ifPresent(running -> running.ends(result));
      listener.on(new AgentEvent.ToolFinished(use, result, took));
    }
  }
}
