package dev.millrace.agent.session;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a session knows. A change is kept in the journal before it is known here. */
final class SessionState {
  private final Journal journal;
  private final List<String> repairs;
  private Transcript transcript;
  private String agent = "";

  /** How many messages, from the first, the journal holds as they are. */
  private int kept;

  private final Map<String, ToolResult> results = new HashMap<>();
  private final Set<String> began = new HashSet<>();
  private final Set<String> repeatable = new HashSet<>();

  /** Records are missing, so that a call may have begun of which nothing is known. */
  private boolean isDoubtful;

  SessionState(
      Journal journal, Transcript transcript, int kept, boolean isDoubtful, List<String> repairs) {
    this.journal = journal;
    this.transcript = transcript;
    this.kept = kept;
    this.isDoubtful = isDoubtful;
    this.repairs = List.copyOf(repairs);
  }

  Transcript transcript() {
    return transcript;
  }

  List<String> repairs() {
    return repairs;
  }

  Optional<ToolResult> result(String toolUseId) {
    return Optional.ofNullable(results.get(toolUseId));
  }

  /** Whether a call that must not be run twice has begun, or may have. */
  boolean isUnknown(String toolUseId) {
    return !results.containsKey(toolUseId)
        && !repeatable.contains(toolUseId)
        && (isDoubtful || began.contains(toolUseId));
  }

  void restoreAgent(String fingerprint) {
    agent = fingerprint;
  }

  boolean hasBegun(String toolUseId) {
    return began.contains(toolUseId) || repeatable.contains(toolUseId);
  }

  void restoreBegun(String toolUseId, boolean isRepeatable) {
    (isRepeatable ? repeatable : began).add(toolUseId);
  }

  void restoreResult(ToolResult result) {
    results.put(result.toolUseId(), result);
  }

  /** Keeps what is new in a transcript. */
  void said(Transcript next) {
    var messages = next.messages();
    int same = 0;
    while (same < kept && same < messages.size() && isKept(messages.get(same), same)) {
      same++;
    }
    if (same < messages.size() || same < kept) {
      var added = messages.subList(same, messages.size());
      journal.append(Records.messages(same, added));
      kept = messages.size();
      results.clear();
      began.clear();
      repeatable.clear();
      isDoubtful = false;
      Records.problems(added).forEach(this::restoreResult);
    }
    transcript = next;
  }

  private boolean isKept(Message message, int index) {
    var own = transcript.messages();
    return index < own.size() && own.get(index).equals(message);
  }

  /** Keeps by whom the session is run; tells whether it was another one before. */
  boolean ranBy(String fingerprint) {
    if (fingerprint.equals(agent)) {
      return false;
    }
    boolean isChanged = !agent.isEmpty();
    journal.append(Records.agent(fingerprint));
    agent = fingerprint;
    return isChanged;
  }

  void began(ToolUse use, boolean isRepeatable) {
    journal.append(Records.intent(use, isRepeatable));
    restoreBegun(use.id(), isRepeatable);
  }

  /** What came of a call that began is known here even when it cannot be kept. */
  void ended(ToolResult result) {
    if (hasBegun(result.toolUseId())) {
      restoreResult(result);
    }
    journal.append(Records.result(result));
    restoreResult(result);
  }
}
