package dev.millrace.examples.ask;

import dev.millrace.agent.RunOutcome;

/** What the process tells its caller. */
enum ExitCode {
  COMPLETED(0),
  USAGE(1),
  ENDED_EARLY(3),
  FAILED(4),
  CANCELLED(130),
  /** As a process ends that SIGPIPE kills. */
  OUTPUT_CLOSED(141);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static ExitCode of(RunOutcome outcome) {
    return switch (outcome) {
      case COMPLETED -> COMPLETED;
      case CANCELLED -> CANCELLED;
      case MAX_TOKENS, REFUSED, PAUSED, LIMIT_REACHED, LOOP_DETECTED, CONTEXT_FULL -> ENDED_EARLY;
      case UNKNOWN_STOP_REASON -> ENDED_EARLY;
    };
  }
}
