package dev.millrace.agent.client;

import dev.millrace.agent.message.RawJson;

/**
 * Whether and how the model thinks. Which of them a model takes differs: newer ones take only
 * {@link #adaptive()}.
 *
 * @param json the API's {@code thinking} object
 */
public record Thinking(RawJson json) {
  /** As much as the model sees fit; its text is shown in summary. */
  public static Thinking adaptive() {
    return new Thinking(RawJson.parse("{\"type\":\"adaptive\",\"display\":\"summarized\"}"));
  }

  /** As much as the model sees fit; its text is not sent. */
  public static Thinking hidden() {
    return new Thinking(RawJson.parse("{\"type\":\"adaptive\",\"display\":\"omitted\"}"));
  }

  /** None. */
  public static Thinking disabled() {
    return new Thinking(RawJson.parse("{\"type\":\"disabled\"}"));
  }

  /**
   * Within a budget; for models of version 4.6 and older.
   *
   * @param tokens 1,024 or more, and less than the request's {@code max_tokens}
   */
  public static Thinking budget(int tokens) {
    if (tokens < 1_024) {
      throw new IllegalArgumentException(
          "a thinking budget is 1,024 tokens or more, not " + tokens);
    }
    return new Thinking(RawJson.parse("{\"type\":\"enabled\",\"budget_tokens\":" + tokens + "}"));
  }
}
