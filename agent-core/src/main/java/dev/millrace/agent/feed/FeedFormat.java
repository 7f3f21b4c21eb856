package dev.millrace.agent.feed;

/** What the frames of a stream hold. */
public enum FeedFormat {
  /** Each event as a JSON object, see {@link EventJson}. */
  EVENTS,
  /**
   * The plain convention of many front ends: {@code {"text": "..."}} for each piece of text and
   * {@code [DONE]} at the end. Text that turned out void is told by {@code {"text": "", "void":
   * true}}, a failure by {@code {"error": {"type": "...", "message": "..."}}}.
   */
  TEXT
}
