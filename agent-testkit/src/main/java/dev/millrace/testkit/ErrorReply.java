package dev.millrace.testkit;

/** An answer in the API's error shape. */
record ErrorReply(int status, String type, String message) implements Reply {

  String json(String requestId) {
    return "{\"type\":\"error\",\"error\":{\"details\":null,\"type\":%s,\"message\":%s},\"request_id\":%s}"
        .formatted(JsonText.quote(type), JsonText.quote(message), JsonText.quote(requestId));
  }
}
