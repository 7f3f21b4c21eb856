package dev.millrace.temporal;

import dev.millrace.agent.Limits;
import dev.millrace.agent.Steps;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.unsafe.WorkflowUnsafe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The loop's steps as activities. It runs within a workflow: each time that the workflow is run
 * again it does the same, with the results that the engine kept.
 */
final class WorkflowSteps implements Steps {
  private static final Duration PREPARE_TIME = Duration.ofMinutes(1);

  /** Beyond a tool's own time: for telling it to stop, and for the engine. */
  private static final Duration TOOL_GRACE = Duration.ofSeconds(30);

  /** Before a call that was refused is made again. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String NOT_STARTED =
      "Not run: the run was cancelled before this call started.";
  private static final String UNKNOWN =
      "Not known whether this call had its effect: the worker that ran it ended, or it took longer"
          + " than it may, before it told. Look for the effect before you call it again.";
  private static final String CANCELLED =
      "Cancelled while it was running. Whether it had an effect is not known.";

  private final Activities activities;
  private final WorkerSettings settings;
  private final TranscriptStore store;
  private final Waiting waiting;

  /** What the store holds, and where. */
  private TranscriptPlace kept;

  private List<Message> keptMessages;

  WorkflowSteps(
      RunState state,
      Limits limits,
      WorkerSettings settings,
      TranscriptStore store,
      Waiting waiting,
      Transcript transcript) {
    this.activities = new Activities(state, limits, settings.heartbeat());
    this.settings = settings;
    this.store = store;
    this.waiting = waiting;
    var place = state.place();
    this.kept = new TranscriptPlace(place.key(), place.depth(), place.kept(), List.of());
    this.keptMessages = transcript.messages().subList(0, kept.kept());
  }

  /** What is read is always the same; that it may take a while is not a deadlock. */
  static Transcript read(TranscriptStore store, TranscriptPlace place) {
    return WorkflowUnsafe.deadlockDetectorOff(() -> store.read(place));
  }

  @Override
  public boolean moveOn() {
    var info = Workflow.getInfo();
    return info.isContinueAsNewSuggested() || info.getHistoryLength() >= settings.historyEvents();
  }

  /** Where a transcript stands: what is kept of it, and the rest. */
  TranscriptPlace place(Transcript transcript) {
    var messages = transcript.messages();
    int same = 0;
    while (same < Math.min(messages.size(), keptMessages.size())
        && messages.get(same).equals(keptMessages.get(same))) {
      same++;
    }
    var tail = messages.subList(same, messages.size()).stream().map(Message::json).toList();
    return same == 0
        ? new TranscriptPlace("", 0, 0, tail)
        : new TranscriptPlace(kept.key(), kept.depth(), same, tail);
  }

  @Override
  public Asked ask(Question question) {
    var key = "m/" + question.turn();
    var input =
        activities
            .step(key)
            .put("turn", question.turn())
            .put("transcript", place(question.transcript()).json())
            .put("keep_as", store.isThere() ? keepAs(key) : "")
            .put("allowance", StepJson.allowance(question.allowance()))
            .put("is_last", question.isLast())
            .bytes();
    var problem = Sizes.problem(key, "the conversation", input.length);
    if (!problem.isEmpty()) {
      return failed(
          question,
          Usage.NONE,
          new StepFailedException(
              problem + "; give the workers a store (WorkerSettings.store)", "TooLarge", null));
    }
    var transcript = question.transcript();
    try {
      var output =
          Json.parse(activities.start("model", input, settings.modelTimeout(), true).get());
      if (output.find("transcript").isPresent()) {
        transcript = read(store, TranscriptPlace.of(output.inner("transcript")));
      }
      if (store.isThere()) {
        kept = TranscriptPlace.of(output.inner("kept"));
        keptMessages = transcript.messages();
      }
      return new Asked(
          transcript,
          output.find("response").map(Json::of).map(StepJson::response).orElse(null),
          Set.of(),
          StepJson.usage(output.inner("usage")),
          output.is("is_overspent"),
          activities.elapsed(),
          null);
    } catch (ActivityFailure | CanceledFailure e) {
      return Activities.isCancelled(e) || activities.isOutOfTime(e)
          ? new Asked(transcript, null, Set.of(), Usage.NONE, false, activities.elapsed(), null)
          : failed(question, Activities.usage(e), Activities.failure(key, e));
    }
  }

  private static String keepAs(String key) {
    return TranscriptStore.key(Workflow.getInfo().getWorkflowId(), key);
  }

  private Asked failed(Question question, Usage usage, Throwable failure) {
    return new Asked(
        question.transcript(), null, Set.of(), usage, false, activities.elapsed(), failure);
  }

  @Override
  public Called call(int turn, Transcript transcript, List<ToolUse> uses) {
    try {
      var answers = List.<ApprovalAnswer>of();
      var calls = prepare(turn, 0, uses, answers);
      for (int round = 1; calls.stream().anyMatch(Prepared::isPaused); round++) {
        answers = answers(calls);
        calls = prepare(turn, round, uses, answers);
      }
      return run(calls, answers);
    } catch (ActivityFailure | CanceledFailure e) {
      // Nothing was called yet.
      return Activities.isCancelled(e) || activities.isOutOfTime(e)
          ? called(uses.stream().map(use -> ToolResult.error(use.id(), NOT_STARTED)).toList(), true)
          : new Called(
              List.of(),
              List.of(),
              false,
              activities.elapsed(),
              Activities.failure("p/" + turn, e));
    }
  }

  private Called called(List<ToolResult> results, boolean cancelled) {
    return new Called(results, List.of(), cancelled, activities.elapsed(), null);
  }

  /** A call as the step before it found it. */
  private record Prepared(ToolUse use, Json found) {
    boolean isPaused() {
      return found.find("paused").isPresent();
    }

    Optional<ToolResult> refused() {
      return found.find("result").map(StepJson::result);
    }

    boolean isExclusive() {
      return refused().isEmpty() && found.is("is_exclusive");
    }
  }

  private List<Prepared> prepare(
      int turn, int round, List<ToolUse> uses, List<ApprovalAnswer> answers) {
    var key = "p/" + turn + (round == 0 ? "" : "/" + round);
    var input =
        activities
            .step(key)
            .put("uses", uses.stream().map(ToolUse::json).toList())
            .put("problems", StepJson.problems(uses))
            .put("answers", answers.stream().map(ApprovalAnswer::json).toList())
            .bytes();
    var found =
        Json.parse(activities.start("prepare", input, PREPARE_TIME, true).get()).list("calls");
    var calls = new ArrayList<Prepared>();
    for (var use : uses) {
      calls.add(new Prepared(use, Json.of(found.get(calls.size()))));
    }
    return calls;
  }

  /** Waits for people, without a worker, for as long as it takes. */
  private List<ApprovalAnswer> answers(List<Prepared> calls) {
    var requests = new ArrayList<ApprovalRequest>();
    for (var call : calls) {
      if (call.isPaused()) {
        requests.add(new ApprovalRequest(call.use(), call.found().string("paused")));
      }
    }
    waiting.ask(requests);
    Workflow.await(waiting::isAnswered);
    return waiting.take();
  }

  /** Neighbours run at the same time, as far as one message to the engine holds their inputs. */
  private Called run(List<Prepared> calls, List<ApprovalAnswer> answers) {
    Map<String, ToolResult> results = new LinkedHashMap<>();
    var running = new ArrayList<Running>();
    var outcome = new Outcome();
    int bytes = 0;
    for (var call : calls) {
      var refused = call.refused();
      if (refused.isPresent()) {
        results.put(call.use().id(), refused.get());
        continue;
      }
      var input = toolInput(call, answers);
      var problem = Sizes.problem("t/" + call.use().id(), "the call", input.length);
      if (!problem.isEmpty()) {
        results.put(call.use().id(), ToolResult.error(call.use().id(), "Not run: " + problem));
        continue;
      }
      if (call.isExclusive() || bytes + input.length > Sizes.MOST_AT_ONCE) {
        finish(running, results, outcome);
        bytes = 0;
      }
      if (outcome.isEnding()) {
        results.put(call.use().id(), ToolResult.error(call.use().id(), NOT_STARTED));
        continue;
      }
      bytes += input.length;
      running.add(new Running(call, input, startTool(call, input)));
      if (call.isExclusive()) {
        finish(running, results, outcome);
        bytes = 0;
      }
    }
    finish(running, results, outcome);
    var inOrder = calls.stream().map(call -> results.get(call.use().id())).toList();
    return new Called(inOrder, List.of(), outcome.cancelled, activities.elapsed(), outcome.failure);
  }

  private record Running(Prepared call, byte[] input, Promise<byte[]> promise) {}

  /** What has happened to a turn's calls beside their results. */
  private static final class Outcome {
    private boolean cancelled;
    private @Nullable Throwable failure;

    boolean isEnding() {
      return cancelled || failure != null;
    }
  }

  private byte[] toolInput(Prepared call, List<ApprovalAnswer> answers) {
    var fitting = answers.stream().filter(answer -> answer.fits(call.use()));
    return activities
        .step("t/" + call.use().id())
        .put("use", call.use().json())
        .put("answers", fitting.map(ApprovalAnswer::json).toList())
        .bytes();
  }

  private Promise<byte[]> startTool(Prepared call, byte[] input) {
    var time = Duration.ofMillis(call.found().number("timeout_ms")).plus(TOOL_GRACE);
    return activities.start("tool", input, time, call.found().is("is_repeatable"));
  }

  private void finish(List<Running> running, Map<String, ToolResult> results, Outcome outcome) {
    running.forEach(one -> results.put(one.call().use().id(), result(one, outcome)));
    running.clear();
  }

  private ToolResult result(Running running, Outcome outcome) {
    var use = running.call().use();
    try {
      return StepJson.result(Json.parse(output(running)).get("result"));
    } catch (ActivityFailure | CanceledFailure e) {
      if (Activities.isCancelled(e)) {
        outcome.cancelled = true;
        return ToolResult.error(use.id(), CANCELLED);
      }
      if (e.getCause() instanceof ApplicationFailure) {
        outcome.failure = Activities.failure("t/" + use.id(), e);
      }
      outcome.cancelled |= activities.isOutOfTime(e);
      return ToolResult.error(use.id(), UNKNOWN);
    }
  }

  /**
   * A worker that is not for this run has begun nothing, so that even a single try is made again.
   */
  private byte[] output(Running running) {
    for (var promise = running.promise(); ; promise = startTool(running.call(), running.input())) {
      try {
        return promise.get();
      } catch (ActivityFailure e) {
        boolean isWrongWorker =
            e.getCause() instanceof ApplicationFailure failure
                && StepBodies.WRONG_WORKER.equals(failure.getType());
        if (!isWrongWorker || activities.isTimeUp()) {
          throw e;
        }
        Workflow.sleep(PAUSE);
      }
    }
  }
}
