package dev.millrace.agent.session;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.InvalidTranscriptException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.SessionException.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;

/** Reads a journal, damaged or not, into what the session knows. */
final class Replay implements Journal.Reader {
  private static final long MOST_CHARACTERS = 256L << 20;
  private static final int MOST_REPAIRS = 100;

  private final String id;

  /** The messages by their places in the conversation, of which some may be missing. */
  private final SortedMap<Integer, RawJson> messages = new TreeMap<>();

  private final Map<String, Boolean> began = new LinkedHashMap<>();
  private final List<ToolResult> results = new ArrayList<>();
  private final List<String> repairs = new ArrayList<>();
  private String agent = "";
  private long characters;
  private boolean isDoubtful;

  Replay(String id) {
    this.id = id;
  }

  @Override
  public void damaged(String what) {
    report(what);
    isDoubtful = true;
  }

  private void report(String what) {
    if (repairs.size() < MOST_REPAIRS) {
      repairs.add(what);
    } else if (repairs.size() == MOST_REPAIRS) {
      repairs.add("there is more, which is not listed");
    }
  }

  @Override
  public void record(String json) {
    try {
      var record = RawJson.parse(json);
      switch (record.node().path("type").asString("")) {
        case "messages" -> messages(record);
        case "intent" -> intent(record);
        case "result" -> result(record.member("result"));
        case "agent" -> agent = record.node().path("fingerprint").asString("");
        default -> {} // of a later version
      }
    } catch (IllegalArgumentException | InvalidJsonException | JacksonException e) {
      damaged("a record that cannot be read was skipped: " + e.getMessage());
    }
  }

  private void messages(RawJson record) {
    var added = record.member("messages").elements();
    int from = record.member("from").node().intValue();
    if (from < 0) {
      throw new IllegalArgumentException("messages from " + from);
    }
    int next = messages.isEmpty() ? 0 : messages.lastKey() + 1;
    if (from > next) {
      report("messages %d to %d are missing".formatted(next, from - 1));
    }
    var replaced = messages.tailMap(from);
    replaced.values().forEach(message -> characters -= message.text().length());
    replaced.clear();
    for (int i = 0; i < added.size(); i++) {
      messages.put(from + i, added.get(i));
      characters += added.get(i).text().length();
    }
    if (characters > MOST_CHARACTERS) {
      throw new SessionException(
          Problem.TOO_LARGE,
          "session %s holds more than %d million characters; begin another"
              .formatted(id, MOST_CHARACTERS >> 20),
          null);
    }
    began.clear();
    results.clear();
    isDoubtful = false;
    var problems = record.members().get("problems");
    if (problems != null) {
      problems.elements().forEach(this::result);
    }
  }

  private void intent(RawJson record) {
    var toolUseId = record.member("tool_use_id").node().stringValue();
    began.put(toolUseId, record.node().path("repeatable").asBoolean(false));
  }

  private void result(RawJson json) {
    if (!(ContentBlock.of(json) instanceof ToolResult result)) {
      throw new IllegalArgumentException("expected a tool_result");
    }
    results.add(result);
  }

  SessionState state(Journal journal) {
    var loaded = loaded();
    loaded.repairs().forEach(repair -> report("the conversation was repaired at " + repair));
    var state = new SessionState(journal, loaded.transcript(), sound(loaded), isDoubtful, repairs);
    state.restoreAgent(agent);
    began.forEach(state::restoreBegun);
    results.forEach(state::restoreResult);
    return state;
  }

  private Transcript.Loaded loaded() {
    try {
      return Transcript.load(RawJson.array(List.copyOf(messages.values())).text());
    } catch (InvalidTranscriptException e) {
      throw new SessionException(
          Problem.STORAGE, "session " + id + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** How many messages, from the first, needed no repair and are where the journal has them. */
  private int sound(Transcript.Loaded loaded) {
    var read = loaded.transcript().messages();
    int sound = 0;
    while (sound < read.size() && read.get(sound).json().equals(messages.get(sound))) {
      sound++;
    }
    return sound;
  }
}
