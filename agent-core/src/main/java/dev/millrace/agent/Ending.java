package dev.millrace.agent;

import static dev.millrace.agent.RunOutcome.CANCELLED;
import static dev.millrace.agent.RunOutcome.LIMIT_REACHED;
import static dev.millrace.agent.RunOutcome.PAUSED;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a run ends; open until it is told. For one run. */
final class Ending {
  private final Duration wallTime;
  private @Nullable RunOutcome outcome;
  private String detail = "";
  private Optional<Steps.Called> pause = Optional.empty();

  /**
   * @param wallTime most time of the run
   */
  Ending(Duration wallTime) {
    this.wallTime = wallTime;
  }

  boolean isOpen() {
    return outcome == null;
  }

  void is(RunOutcome outcome, String detail) {
    this.outcome = outcome;
    this.detail = detail;
  }

  /** Ends the run when its time is up. */
  void check(Duration elapsed) {
    if (isTimeUp(elapsed)) {
      is(LIMIT_REACHED, timeUp());
    }
  }

  /** The steps were stopped from outside, or by the clock. */
  void stopped(String when, Duration elapsed) {
    if (isTimeUp(elapsed)) {
      is(LIMIT_REACHED, timeUp() + " " + when);
    } else {
      is(CANCELLED, "cancelled " + when);
    }
  }

  private boolean isTimeUp(Duration elapsed) {
    return elapsed.compareTo(wallTime) >= 0;
  }

  private String timeUp() {
    return "the time limit of " + wallTime + " was reached";
  }

  void limitReached(String limit) {
    is(LIMIT_REACHED, "the limit of " + limit + " was reached");
  }

  void paused(Steps.Called waiting) {
    pause = Optional.of(waiting);
    is(PAUSED, "a call waits for approval");
  }

  @Nullable RunOutcome outcome() {
    return outcome;
  }

  String detail() {
    return detail;
  }

  Optional<Steps.Called> pause() {
    return pause;
  }
}
