package dev.millrace.testkit.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;

/** A request and what the rules say to it; single quotes stand for double ones. */
final class Check {
  static final String ACCEPTED = "accepted";

  private Check() {}

  /** Checks a body under the newest version. */
  static String body(String body) {
    return body(RequestRules.NEWEST_VERSION, body);
  }

  static String body(String version, String body, String... betas) {
    try {
      new RequestRules()
          .check(version, Set.of(betas), JsonBody.parse(body.replace('\'', '"').getBytes(UTF_8)));
      return ACCEPTED;
    } catch (RefusedException e) {
      return e.getMessage();
    }
  }

  /** Checks a body with these further fields, each followed by a comma. */
  static String fields(String fields) {
    return body(request("claude-opus-5-5", fields, "{'role':'user','content':'hi'}"));
  }

  /** Checks a conversation of these messages. */
  static String messages(String... messages) {
    return body(request("claude-opus-5-5", "", messages));
  }

  static String request(String model, String fields, String... messages) {
    return "{'model':'%s','max_tokens':2000,%s'messages':[%s]}"
        .formatted(model, fields, String.join(",", messages));
  }

  static String user(String... blocks) {
    return "{'role':'user','content':[" + String.join(",", blocks) + "]}";
  }

  static String assistant(String... blocks) {
    return "{'role':'assistant','content':[" + String.join(",", blocks) + "]}";
  }

  static String text(String text) {
    return "{'type':'text','text':'" + text + "'}";
  }

  static String toolUse(String id) {
    return "{'type':'tool_use','id':'" + id + "','name':'stat','input':{}}";
  }

  static String toolResult(String id) {
    return "{'type':'tool_result','tool_use_id':'" + id + "','content':'ok'}";
  }
}
