package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The messages of JSON-RPC, as text. */
final class JsonRpc {
  /**
   * Takes what the strict reader of tool input would not: servers that cut a text between the
   * halves of a character send the one half.
   */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonRpc() {}

  /** The message, or empty when the text is none. */
  static Optional<JsonNode> parse(String text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isObject);
    } catch (RuntimeException e) {
      return Optional.empty(); // the text itself is what is wrong, and whoever asks has it
    }
  }

  /** A request. */
  static RawJson request(String id, String method, RawJson params) {
    return message(Map.of("id", RawJson.ofString(id)), method, params);
  }

  /** Something that is not answered. */
  static RawJson notification(String method, RawJson params) {
    return message(Map.of(), method, params);
  }

  private static RawJson message(Map<String, RawJson> id, String method, RawJson params) {
    var message = start();
    message.putAll(id);
    message.put("method", RawJson.ofString(method));
    message.put("params", params);
    return RawJson.object(message);
  }

  /** The empty answer to a request of the server. */
  static RawJson answer(RawJson id) {
    return answer(id, "result", RawJson.EMPTY_OBJECT);
  }

  /** The refusal of a request of the server. */
  static RawJson refusal(RawJson id, int code, String message) {
    var error = new LinkedHashMap<String, RawJson>();
    error.put("code", RawJson.parse(String.valueOf(code)));
    error.put("message", RawJson.ofString(message));
    return answer(id, "error", RawJson.object(error));
  }

  private static RawJson answer(RawJson id, String member, RawJson value) {
    var answer = start();
    answer.put("id", id);
    answer.put(member, value);
    return RawJson.object(answer);
  }

  private static Map<String, RawJson> start() {
    Map<String, RawJson> message = new LinkedHashMap<>();
    message.put("jsonrpc", RawJson.ofString("2.0"));
    return message;
  }
}
