package dev.millrace.agent.message;

/**
 * Why the model ended a message: one of the API's {@code stop_reason} values, or one that this
 * version does not know yet, which is carried as it came.
 *
 * @param value the API's own word, such as {@code "end_turn"}
 */
public record StopReason(String value) {
  public static final StopReason END_TURN = new StopReason("end_turn");
  public static final StopReason MAX_TOKENS = new StopReason("max_tokens");
  public static final StopReason STOP_SEQUENCE = new StopReason("stop_sequence");
  public static final StopReason TOOL_USE = new StopReason("tool_use");
  public static final StopReason PAUSE_TURN = new StopReason("pause_turn");
  public static final StopReason REFUSAL = new StopReason("refusal");
  public static final StopReason MODEL_CONTEXT_WINDOW_EXCEEDED =
      new StopReason("model_context_window_exceeded");
  public static final StopReason COMPACTION = new StopReason("compaction");

  /** What is carried when a message ended without telling why. */
  public static final StopReason NONE = new StopReason("none");

  @Override
  public String toString() {
    return value;
  }
}
