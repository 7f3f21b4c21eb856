package dev.millrace.temporal;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.DurableAgent;
import dev.millrace.agent.Steps;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.agent.tool.PreparedCall;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Does the steps of runs: everything that touches the world. Thread-safe. */
final class StepBodies implements StepActivity {
  /** The type of the failure that says that nothing was begun here and another worker may. */
  static final String WRONG_WORKER = "WrongWorker";

  private static final String STOOD_STILL =
      "Not run: the worker stood still before this call started.";

  private final Map<String, DurableAgent> agents;
  private final WorkerSettings settings;
  private final TranscriptStore store;
  private final Heartbeats heartbeats;

  StepBodies(Map<String, DurableAgent> agents, WorkerSettings settings) {
    this.agents = agents;
    this.settings = settings;
    this.store = new TranscriptStore(settings.store());
    this.heartbeats = new Heartbeats(settings.heartbeat());
  }

  @Override
  public byte[] run(String kind, byte[] input) {
    var step = Json.parse(input);
    var context = Activity.getExecutionContext();
    var cancellation = new Cancellation();
    try (var beat = heartbeats.start(context, cancellation)) {
      return run(kind, step, context, cancellation, beat);
    }
  }

  private byte[] run(
      String kind,
      Json step,
      ActivityExecutionContext context,
      Cancellation cancellation,
      Heartbeats.Beat beat) {
    var agent = agent(step);
    var news = new News(settings.bus(), step.string("key"), context.getInfo());
    return switch (kind) {
      case "model" -> ask(agent, step, news, cancellation);
      case "prepare" -> prepare(agent, step, news);
      case "tool" -> call(agent, step, news, cancellation, beat);
      default -> throw new IllegalStateException("this worker knows no step \"" + kind + "\"");
    };
  }

  /** What is thrown here is tried again, perhaps by another worker, as often as it takes. */
  private DurableAgent agent(Json step) {
    var name = step.string("agent");
    var agent = agents.get(name);
    if (agent == null) {
      throw wrongWorker("this worker has no agent \"" + name + "\"");
    }
    if (!agent.version().equals(step.string("version"))) {
      throw wrongWorker(
          "step %s is of agent \"%s\" in version %s, and this worker has version %s"
              .formatted(step.string("key"), name, step.string("version"), agent.version()));
    }
    return agent;
  }

  private static ApplicationFailure wrongWorker(String message) {
    return ApplicationFailure.newFailure(message, WRONG_WORKER);
  }

  private byte[] ask(DurableAgent agent, Json step, News news, Cancellation cancellation) {
    var key = step.string("key");
    var keepAs = step.string("keep_as");
    var place = TranscriptPlace.of(step.inner("transcript"));
    var transcript = store.read(place);
    var kept = keepAs.isEmpty() ? place : store.put(keepAs, place, transcript);
    var allowance = StepJson.allowance(step.inner("allowance"));
    var question =
        new Steps.Question(step.count("turn"), transcript, allowance, step.is("is_last"));
    var asked = agent.ask(question, news.listener(question.turn()), cancellation);
    if (asked.failure() != null) {
      throw failed(asked.failure(), asked.usage());
    }
    var output = new Json();
    if (!asked.transcript().equals(transcript)) {
      place = TranscriptPlace.inline(asked.transcript());
      kept = keepAs.isEmpty() ? place : store.put(keepAs + "-compacted", place, asked.transcript());
      output.put("transcript", kept.json());
    }
    if (asked.response() != null) {
      output.put("response", StepJson.response(asked.response()));
    }
    var bytes =
        output
            .put("kept", (keepAs.isEmpty() ? TranscriptPlace.NONE : kept).json())
            .put("usage", StepJson.usage(asked.usage()))
            .put("is_overspent", asked.isOverspent())
            .bytes();
    var problem = Sizes.problem(key, "the answer", bytes.length);
    if (!problem.isEmpty()) {
      throw ApplicationFailure.newNonRetryableFailure(
          problem, "TooLarge", (Object) Json.of(StepJson.usage(asked.usage())).bytes());
    }
    return bytes;
  }

  private static ApplicationFailure failed(Throwable failure, Usage usage) {
    return ApplicationFailure.newBuilder()
        .setMessage(String.valueOf(failure.getMessage()))
        .setType(failure.getClass().getSimpleName())
        .setNonRetryable(true)
        .setDetails((Object) Json.of(StepJson.usage(usage)).bytes())
        .build();
  }

  private static byte[] prepare(DurableAgent agent, Json step, News news) {
    var uses = new ArrayList<ToolUse>();
    for (var block : StepJson.blocks(step.list("uses"), step.list("problems"))) {
      uses.add((ToolUse) block);
    }
    var calls = new ArrayList<RawJson>();
    for (var call : guarded(() -> agent.prepare(uses, answers(step)))) {
      calls.add(
          switch (call) {
            case PreparedCall.Refused(var use, var result) ->
                new Json().put("result", result.json()).object();
            case PreparedCall.Paused(var use, var tool, var reason) -> {
              var request = new ApprovalRequest(use, reason);
              news.listener(0).on(new AgentEvent.ApprovalRequested(request));
              yield new Json().put("paused", reason).object();
            }
            case PreparedCall.Ready ready -> {
              var traits = ready.tool().spec().traits();
              yield new Json()
                  .put("is_repeatable", traits.isRepeatable() || traits.isReadOnly())
                  .put("is_exclusive", traits.isExclusive())
                  .put("timeout_ms", traits.timeout().toMillis())
                  .object();
            }
          });
    }
    return new Json().put("calls", calls).bytes();
  }

  private byte[] call(
      DurableAgent agent, Json step, News news, Cancellation cancellation, Heartbeats.Beat beat) {
    var use = StepJson.use(step.get("use"));
    // A worker that was frozen meanwhile may be given up for dead, and the model was told so.
    var result =
        beat.stoodStill()
            ? ToolResult.error(use.id(), STOOD_STILL)
            : guarded(() ->
                agent.call(
                    use,
                    answers(step),
                    news.runId(),
                    settings.attributes(),
                    news.listener(0),
                    cancellation));
    var bytes = new Json().put("result", result.json()).bytes();
    var problem = Sizes.problem(step.string("key"), "the result", bytes.length);
    return problem.isEmpty()
        ? bytes
        : new Json()
            .put(
                "result",
                ToolResult.error(
                        use.id(),
                        "The tool has run, but its result cannot be kept: "
                            + problem
                            + ". Ask for less at once.")
                    .json())
            .bytes();
  }

  private static List<ApprovalAnswer> answers(Json step) {
    return step.list("answers").stream().map(RawJson::text).map(ApprovalAnswer::parse).toList();
  }

  /** What a policy or a listener throws ends the run; trying it again would not help. */
  private static <T> T guarded(Supplier<T> body) {
    try {
      return body.get();
    } catch (CancellationException | ActivityCompletionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(e, Usage.NONE);
    }
  }
}
