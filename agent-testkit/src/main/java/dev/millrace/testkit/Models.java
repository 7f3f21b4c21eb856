package dev.millrace.testkit;

/** The models endpoint, as far as a client needs it to know a window. */
final class Models {
  private Models() {}

  static Reply reply(String id) {
    String json =
        """
        {"type":"model","id":%1$s,"display_name":%1$s,"created_at":"2026-01-01T00:00:00Z",\
        "max_input_tokens":1000000,"max_tokens":128000,"lifecycle":"active"}\
        """
            .formatted(JsonText.quote(id));
    return Reply.status(200, "application/json", json);
  }
}
