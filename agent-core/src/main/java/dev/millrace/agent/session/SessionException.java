package dev.millrace.agent.session;

import org.jspecify.annotations.Nullable;

/**
 * A session that could not be opened or kept. Its message says which one, what happened and what to
 * do; what was kept before is still there.
 */
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  /** What the trouble is. */
  public enum Problem {
    /** The text given as an id is none. */
    INVALID_ID,
    /** Somebody has the session open. */
    BUSY,
    /** It was written by a version whose records this one cannot read. */
    OTHER_VERSION,
    /** It is larger than may be held in memory. */
    TOO_LARGE,
    /** Somebody else has written to the session while it was open here. */
    LOST,
    /** The storage refused or failed; the cause says how. */
    STORAGE,
    /** It was closed before. */
    CLOSED
  }

  /** A session's trouble. */
  public SessionException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /** What the trouble is. */
  public Problem problem() {
    return problem;
  }
}
