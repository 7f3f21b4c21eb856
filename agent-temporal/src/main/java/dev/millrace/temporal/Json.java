package dev.millrace.temporal;

import dev.millrace.agent.message.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON object that is being put together, and its members read back. */
final class Json {
  private final Map<String, RawJson> members = new LinkedHashMap<>();

  Json put(String name, RawJson value) {
    members.put(name, value);
    return this;
  }

  Json put(String name, String value) {
    return put(name, RawJson.ofString(value));
  }

  Json put(String name, long value) {
    return put(name, RawJson.ofNumber(value));
  }

  Json put(String name, boolean value) {
    return put(name, RawJson.parse(Boolean.toString(value)));
  }

  Json put(String name, List<RawJson> values) {
    return put(name, RawJson.array(values));
  }

  RawJson object() {
    return RawJson.object(members);
  }

  byte[] bytes() {
    return object().text().getBytes(StandardCharsets.UTF_8);
  }

  static Json parse(byte[] bytes) {
    return of(RawJson.parse(new String(bytes, StandardCharsets.UTF_8)));
  }

  static Json of(RawJson object) {
    var json = new Json();
    json.members.putAll(object.members());
    return json;
  }

  Optional<RawJson> find(String name) {
    return Optional.ofNullable(members.get(name));
  }

  RawJson get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("expected a member \"" + name + "\""));
  }

  Json inner(String name) {
    return of(get(name));
  }

  String string(String name) {
    return get(name).asString();
  }

  long number(String name) {
    return Long.parseLong(get(name).text());
  }

  int count(String name) {
    return Math.toIntExact(number(name));
  }

  boolean is(String name) {
    return get(name).text().equals("true");
  }

  List<RawJson> list(String name) {
    return get(name).elements();
  }
}
