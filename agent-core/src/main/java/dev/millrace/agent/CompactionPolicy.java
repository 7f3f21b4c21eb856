package dev.millrace.agent;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes a transcript shorter when the API says that it is too long. It is asked once per request;
 * what it gives back must be at least a tenth shorter, or the run ends as if there were none. For
 * compaction by the API itself, set the request's {@code context_management} by {@code
 * AgentRunner.Builder.member}; its blocks are kept like all others.
 */
@FunctionalInterface
public interface CompactionPolicy {
  /** How a note begins; the next one takes its place. */
  String NOTE = "[For length, ";

  /** Never compacts. */
  CompactionPolicy NONE = transcript -> transcript;

  /**
   * A shorter transcript that says the same.
   *
   * @param transcript ends with what the model is to answer
   * @throws RuntimeException which ends the run
   */
  Transcript compact(Transcript transcript);

  /**
   * Keeps the first message and the last turns, and tells the model that something was left out.
   *
   * @param turns how many of the model's turns to keep, 1 or more
   */
  static CompactionPolicy keepLast(int turns) {
    return summarize(turns, left -> "");
  }

  /**
   * Keeps the first message and the last turns, and puts a summary in the place of the others.
   *
   * @param turns how many of the model's turns to keep, 1 or more
   * @param summary tells what is left out, for instance by a run of its own; blank for nothing
   */
  static CompactionPolicy summarize(int turns, Function<Transcript, String> summary) {
    if (turns < 1) {
      throw new IllegalArgumentException("turns must be 1 or more, not " + turns);
    }
    return transcript -> shortened(transcript, turns, summary);
  }

  private static Transcript shortened(
      Transcript transcript, int turns, Function<Transcript, String> summary) {
    var messages = transcript.messages();
    int border = border(messages, turns);
    if (border <= 1) {
      return transcript;
    }
    var left = Transcript.EMPTY;
    for (var message : messages.subList(0, border)) {
      left = left.plus(message);
    }
    var first = new ArrayList<ContentBlock>(messages.getFirst().content());
    first.removeIf(block -> block instanceof Text text && text.text().startsWith(NOTE));
    first.add(new Text(note(border - 1, summary.apply(left))));
    var shorter = Transcript.EMPTY.plus(Message.of(Role.USER, first));
    for (var message : messages.subList(border, messages.size())) {
      shorter = shorter.plus(message);
    }
    return shorter;
  }

  /** Where the last turns begin: with the model's message, so that calls keep their results. */
  private static int border(List<Message> messages, int turns) {
    int left = turns;
    for (int i = messages.size() - 1; i > 0; i--) {
      if (messages.get(i).role() == Role.ASSISTANT && --left == 0) {
        return i;
      }
    }
    return 0;
  }

  private static String note(int messages, String summary) {
    var note = NOTE + messages + " messages that stood here were left out.";
    return summary.isBlank() ? note + "]" : note + " They said:]\n" + summary;
  }
}
