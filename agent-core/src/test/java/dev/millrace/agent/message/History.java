package dev.millrace.agent.message;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Histories in a short form: messages separated by bars, each a role (U, A, S) and its blocks. A
 * block is a word, a call (!id), its result (=id), the result that a repair invents (?id), a server
 * tool's call ($id) or its result (%id).
 */
final class History {
  private History() {}

  static String json(String history) {
    return Arrays.stream(history.split("\\|"))
        .map(History::message)
        .collect(Collectors.joining(",", "[", "]"));
  }

  static String message(String message) {
    var words = message.split(" ");
    var role =
        switch (words[0]) {
          case "U" -> "user";
          case "A" -> "assistant";
          default -> "system";
        };
    return Arrays.stream(words)
        .skip(1)
        .map(History::block)
        .collect(Collectors.joining(",", "{\"role\":\"" + role + "\",\"content\":[", "]}"));
  }

  static String block(String word) {
    var id = word.substring(1);
    return switch (word.charAt(0)) {
      case '!' -> quoted("{'type':'tool_use','id':'" + id + "','name':'n','input':{'x':1.0}}");
      case '=' ->
          quoted("{'type':'tool_result','tool_use_id':'" + id + "','content':'" + base(id) + "'}");
      case '?' ->
          quoted(
              "{'type':'tool_result','tool_use_id':'"
                  + id
                  + "','content':'"
                  + TranscriptLoadTest.interrupted()
                  + "','is_error':true}");
      case '$' ->
          quoted("{'type':'server_tool_use','id':'" + id + "','name':'web_search','input':{}}");
      case '%' ->
          quoted("{'type':'web_search_tool_result','tool_use_id':'" + id + "','content':[]}");
      default -> quoted("{'type':'text','text':'" + word.replace('~', ' ') + "'}");
    };
  }

  /** A result tells the id it was stored with, so that it is seen when it is given to another. */
  private static String base(String id) {
    return id.substring(0, 1);
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
