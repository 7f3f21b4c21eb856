package dev.millrace.examples.server;

import dev.millrace.agent.message.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;

/** An object to be sent, member by member. */
final class Json {
  private final Map<String, RawJson> members = new LinkedHashMap<>();

  Json put(String name, String value) {
    return put(name, RawJson.ofString(value));
  }

  Json put(String name, boolean value) {
    return put(name, RawJson.parse(Boolean.toString(value)));
  }

  Json put(String name, long value) {
    return put(name, RawJson.parse(Long.toString(value)));
  }

  Json put(String name, RawJson value) {
    members.put(name, value);
    return this;
  }

  RawJson object() {
    return RawJson.object(members);
  }
}
