package dev.millrace.agent.client;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error as a server words it. Three shapes are understood: {@code
 * {"type":"error","error":{..}}}, {@code {"error":{..}}} and a bare {@code
 * {"code","message","type"}}.
 *
 * @param type the error type, empty when unknown
 * @param code {@code details.error_code}, empty when there is none
 * @param message the text, empty when there is none
 * @param requestId empty when unknown
 */
record ErrorBody(String type, String code, String message, String requestId) {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /** Reads an error; empty when the text is no JSON or no error. */
  static Optional<ErrorBody> parse(String text) {
    try {
      return of(MAPPER.readTree(text));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<ErrorBody> of(JsonNode body) {
    var error = body.path("error");
    if (error.isString()) {
      return Optional.of(new ErrorBody("", "", error.asString(), string(body, "request_id")));
    }
    var holder = error.isObject() ? error : body;
    var message = string(holder, "message");
    if (!error.isObject() && message.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ErrorBody(
            string(holder, "type"),
            string(holder.path("details"), "error_code"),
            message,
            string(body, "request_id")));
  }

  private static String string(JsonNode object, String name) {
    var value = object.path(name);
    return value.isString() ? value.asString() : "";
  }
}
