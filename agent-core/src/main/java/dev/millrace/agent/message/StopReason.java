package dev.millrace.agent.message;

/**
 * Why the model ended a message: one of the API's {@code stop_reason} values, or one that this
 * version does not know yet, which is carried as it came.
 *
 * @param value the API's own word, such as {@code "end_turn"}
 */
public record StopReason(String value) {
  /** The model has said what it had to say. */
  public static final StopReason END_TURN = new StopReason("end_turn");

  /** The request's {@code max_tokens} cut the message off. */
  public static final StopReason MAX_TOKENS = new StopReason("max_tokens");

  /** One of the request's stop sequences came. */
  public static final StopReason STOP_SEQUENCE = new StopReason("stop_sequence");

  /** The model waits for the results of its calls. */
  public static final StopReason TOOL_USE = new StopReason("tool_use");

  /** The server paused its own tools; sending the message back goes on. */
  public static final StopReason PAUSE_TURN = new StopReason("pause_turn");

  /** The model, or a guard before it, refused. */
  public static final StopReason REFUSAL = new StopReason("refusal");

  /** The model's context window cut the message off. */
  public static final StopReason MODEL_CONTEXT_WINDOW_EXCEEDED =
      new StopReason("model_context_window_exceeded");

  /** The conversation was compacted; sending the message back goes on. */
  public static final StopReason COMPACTION = new StopReason("compaction");

  /** What is carried when a message ended without telling why. */
  public static final StopReason NONE = new StopReason("none");

  /** The API's own word. */
  @Override
  public String toString() {
    return value;
  }
}
