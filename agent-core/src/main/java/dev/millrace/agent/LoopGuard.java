package dev.millrace.agent;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Notices a model that goes in circles: the calls of the last turns are three rounds of the same
 * one, two or three turns, or they all end in the same error. It is told so first, then refused,
 * then the run ends.
 */
final class LoopGuard {
  static final String WARNING =
      "[You have made the same calls several times, or they fail in the same way. Doing it again"
          + " will not help: do something else, or answer with what you have.]";

  private static final int ROUNDS = 3;
  private static final int LONGEST_ROUND = 3;
  private static final int SAME_ERRORS = 4;

  private final Set<String> polls;
  private final Deque<List<Call>> turns = new ArrayDeque<>();
  private String error = "";
  private int errors;
  private int warnings;

  /** A call as far as it makes a circle; inputs are equal whatever the order of their members. */
  private record Call(String name, RawJson input) {
    boolean is(Call other) {
      return name.equals(other.name)
          && (input.equals(other.input)
              || characters(input) == characters(other.input)
                  && input.node().equals(other.input.node()));
    }

    /** The same for texts of the same characters in another order. */
    private static long characters(RawJson json) {
      long sum = json.text().length();
      for (int i = 0; i < json.text().length(); i++) {
        long c = json.text().charAt(i);
        sum += c * c * c;
      }
      return sum;
    }
  }

  /** What is to become of a turn's calls. */
  enum Verdict {
    RUN,
    RUN_AND_WARN,
    REFUSE,
    END
  }

  /**
   * @param polls the names of tools that are meant to be called again and again
   */
  LoopGuard(Set<String> polls) {
    this.polls = polls;
  }

  /** Looks at calls that were made before, elsewhere. */
  void restore(List<Message> messages) {
    for (var message : messages) {
      if (!message.toolUses().isEmpty()) {
        next(message.toolUses());
      } else if (!message.toolResults().isEmpty()) {
        finished(message.toolResults());
      }
    }
  }

  /** Looks at the calls of the next turn, before they run. */
  Verdict next(List<ToolUse> uses) {
    var calls = new ArrayList<Call>();
    for (var use : uses) {
      if (!polls.contains(use.name())) {
        calls.add(new Call(use.name(), use.input()));
      }
    }
    if (calls.isEmpty()) {
      return Verdict.RUN;
    }
    turns.addLast(calls);
    if (turns.size() > ROUNDS * LONGEST_ROUND) {
      turns.removeFirst();
    }
    warnings = isCircle() ? warnings + 1 : 0;
    return switch (warnings) {
      case 0 -> afterErrors();
      case 1 -> Verdict.RUN_AND_WARN;
      case 2 -> Verdict.REFUSE;
      default -> Verdict.END;
    };
  }

  /** A call that differs may be the one that works, so that none is refused for earlier errors. */
  private Verdict afterErrors() {
    return switch (errors) {
      case SAME_ERRORS -> Verdict.RUN_AND_WARN;
      case 2 * SAME_ERRORS -> Verdict.END;
      default -> Verdict.RUN;
    };
  }

  private boolean isCircle() {
    var all = new ArrayList<>(turns);
    for (int length = 1; length <= LONGEST_ROUND; length++) {
      int from = all.size() - ROUNDS * length;
      if (from >= 0 && repeats(all.subList(from, all.size()), length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean repeats(List<List<Call>> turns, int length) {
    for (int i = length; i < turns.size(); i++) {
      if (!areSame(turns.get(i), turns.get(i - length))) {
        return false;
      }
    }
    return true;
  }

  private static boolean areSame(List<Call> some, List<Call> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; i < some.size() && same; i++) {
      same = some.get(i).is(others.get(i));
    }
    return same;
  }

  /** Takes note of what became of the calls. */
  void finished(List<ToolResult> results) {
    boolean failed = !results.isEmpty() && results.stream().allMatch(ToolResult::isError);
    var text = failed ? results.getFirst().text() : "";
    errors = failed && text.equals(error) ? errors + 1 : failed ? 1 : 0;
    error = text;
  }
}
