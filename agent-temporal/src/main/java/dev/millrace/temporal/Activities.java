package dev.millrace.temporal;

import dev.millrace.agent.Limits;
import dev.millrace.agent.message.Usage;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** The steps of one run as activities: begun within its time, and told apart when they fail. */
final class Activities {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final RunState state;
  private final Limits limits;
  private final Duration heartbeat;

  Activities(RunState state, Limits limits, Duration heartbeat) {
    this.state = state;
    this.limits = limits;
    this.heartbeat = heartbeat;
  }

  /** What all steps are given. */
  Json step(String key) {
    return new Json().put("agent", state.agent()).put("version", state.version()).put("key", key);
  }

  /**
   * Begins a step.
   *
   * @param time most of one attempt
   * @param isRepeatable whether it may be tried again when its worker is lost
   */
  Promise<byte[]> start(String kind, byte[] input, Duration time, boolean isRepeatable) {
    var retries =
        RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofMillis(200))
            .setMaximumInterval(Duration.ofSeconds(30))
            .setMaximumAttempts(isRepeatable ? 0 : 1)
            .build();
    var options =
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(time)
            .setScheduleToCloseTimeout(left())
            .setHeartbeatTimeout(heartbeat)
            .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
            .setRetryOptions(retries)
            .build();
    return Workflow.newUntypedActivityStub(options)
        .executeAsync(StepActivity.TYPE, byte[].class, kind, input);
  }

  private Duration left() {
    var left = limits.wallTime().minus(elapsed());
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }

  /** Since the run began. */
  Duration elapsed() {
    return Duration.ofMillis(Workflow.currentTimeMillis() - state.startedAt());
  }

  /** Whether the run was told to end. */
  static boolean isCancelled(Throwable e) {
    return e instanceof CanceledFailure || e.getCause() instanceof CanceledFailure;
  }

  boolean isTimeUp() {
    return elapsed().compareTo(limits.wallTime()) >= 0;
  }

  /** Whether the run's own time is up, which is what bounds all attempts of a step together. */
  boolean isOutOfTime(Throwable e) {
    return e.getCause() instanceof TimeoutFailure && isTimeUp();
  }

  /** What a step that failed has used. */
  static Usage usage(Throwable e) {
    return e.getCause() instanceof ApplicationFailure failure && failure.getDetails().getSize() > 0
        ? StepJson.usage(Json.parse(failure.getDetails().get(byte[].class)))
        : Usage.NONE;
  }

  /** Why a step failed. */
  static StepFailedException failure(String key, Throwable e) {
    if (e.getCause() instanceof ApplicationFailure failure) {
      return new StepFailedException(
          String.valueOf(failure.getOriginalMessage()), String.valueOf(failure.getType()), e);
    }
    return new StepFailedException("step " + key + ": " + e.getMessage(), "StepFailed", e);
  }
}
