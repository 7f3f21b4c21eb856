package dev.millrace.agent.session;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The records of a session, as JSON:
 *
 * <pre>
 * {"type":"messages","from":2,"messages":[...],"problems":[...]}   message 2 and on are these
 * {"type":"intent","tool_use_id":"toolu_1","name":"pay","repeatable":false}
 * {"type":"result","result":{"type":"tool_result",...}}
 * {"type":"agent","fingerprint":"..."}                             who runs it from here on
 * </pre>
 *
 * Readers skip members and types that they do not know.
 */
final class Records {
  private Records() {}

  static String messages(int from, List<Message> messages) {
    var members = new LinkedHashMap<String, RawJson>();
    members.put("type", RawJson.ofString("messages"));
    members.put("from", RawJson.parse(Integer.toString(from)));
    members.put("messages", RawJson.array(messages.stream().map(Message::json).toList()));
    var problems = problems(messages);
    if (!problems.isEmpty()) {
      members.put("problems", RawJson.array(problems.stream().map(ToolResult::json).toList()));
    }
    return RawJson.object(members).text();
  }

  /** The results of calls that must not be run; why is not part of the calls' own JSON. */
  static List<ToolResult> problems(List<Message> messages) {
    return messages.stream()
        .flatMap(message -> message.toolUses().stream())
        .filter(use -> use.problem() != null)
        .map(use -> ToolResult.error(use.id(), String.valueOf(use.problem())))
        .toList();
  }

  static String intent(ToolUse use, boolean isRepeatable) {
    var members = new LinkedHashMap<String, RawJson>();
    members.put("type", RawJson.ofString("intent"));
    members.put("tool_use_id", RawJson.ofString(use.id()));
    members.put("name", RawJson.ofString(use.name()));
    members.put("repeatable", RawJson.parse(Boolean.toString(isRepeatable)));
    return RawJson.object(members).text();
  }

  static String result(ToolResult result) {
    var members = new LinkedHashMap<String, RawJson>();
    members.put("type", RawJson.ofString("result"));
    members.put("result", result.json());
    return RawJson.object(members).text();
  }

  static String agent(String fingerprint) {
    var members = new LinkedHashMap<String, RawJson>();
    members.put("type", RawJson.ofString("agent"));
    members.put("fingerprint", RawJson.ofString(fingerprint));
    return RawJson.object(members).text();
  }
}
