package dev.millrace.agent;

import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import java.time.Duration;

/**
 * Where a run stands between two of its turns: all that it needs to go on elsewhere.
 *
 * @param transcript everything said
 * @param from the index in the transcript of the first message of this run
 * @param elapsed since the run began
 * @param turns how often the model was asked
 * @param toolCalls how many calls counted against the limit
 * @param cutsInARow how many messages in a row were cut off by their token limit
 * @param continuationsInARow how often in a row the server paused
 * @param usage the tokens of all requests
 */
public record RunProgress(
    Transcript transcript,
    int from,
    Duration elapsed,
    int turns,
    int toolCalls,
    int cutsInARow,
    int continuationsInARow,
    Usage usage) {

  /**
   * A run that begins with this transcript.
   *
   * @throws IllegalArgumentException when there is nothing in it to answer
   */
  public static RunProgress begin(Transcript transcript) {
    requireSomethingToAnswer(transcript);
    int from = transcript.messages().size();
    return new RunProgress(transcript, from, Duration.ZERO, 0, 0, 0, 0, Usage.NONE);
  }

  static void requireSomethingToAnswer(Transcript transcript) {
    boolean waits = transcript.last().filter(last -> last.role() != Role.ASSISTANT).isPresent();
    if (!waits && transcript.pending().isEmpty()) {
      throw new IllegalArgumentException(
          "the transcript "
              + (transcript.isEmpty() ? "is empty" : "ends with an assistant turn")
              + ": add a user message for the model to answer");
    }
  }
}
