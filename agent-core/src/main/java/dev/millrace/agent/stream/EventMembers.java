package dev.millrace.agent.stream;

import dev.millrace.agent.message.RawJson;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The outer members of one JSON object, found in one pass that makes no tree: what is inside them
 * is checked, but read only if it is asked for.
 */
final class EventMembers {
  private final Map<String, Member> members = new HashMap<>();

  /**
   * A string's content, or another value's JSON.
   *
   * @param exact the value, when it was recognised as exact
   */
  private record Member(JsonToken token, String text, @Nullable RawJson exact) {
    static Member of(RawJson json) {
      if (json.isString()) {
        return new Member(JsonToken.VALUE_STRING, json.asString(), json);
      }
      var token = json.isObject() ? JsonToken.START_OBJECT : JsonToken.NOT_AVAILABLE;
      return new Member(token, json.text(), json);
    }
  }

  /**
   * The members of an object; none if the text is another value.
   *
   * @throws tools.jackson.core.JacksonException unless it is one JSON value without duplicate keys
   */
  EventMembers(String json) {
    var exact = RawJson.exact(json).filter(RawJson::isObject);
    if (exact.isPresent()) {
      exact.get().members().forEach((name, value) -> members.put(name, Member.of(value)));
      return;
    }
    try (JsonParser parser = JsonTrees.strictParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        JsonTrees.readStrict(json); // which tells what is wrong, unless it is another value
        return;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        members.put(name, member(parser, json));
      }
      if (parser.nextToken() != null) {
        JsonTrees.readStrict(json); // which refuses what follows the object
      }
    }
  }

  private static Member member(JsonParser parser, String json) {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_STRING) {
      return new Member(token, parser.getString(), null);
    }
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getCharOffset();
    return new Member(token, json.substring(from, to), null);
  }

  boolean isObject(String name) {
    Member member = members.get(name);
    return member != null && member.token == JsonToken.START_OBJECT;
  }

  /** The string's content; empty if there is no string of that name. */
  String string(String name) {
    Member member = members.get(name);
    return member != null && member.token == JsonToken.VALUE_STRING ? member.text : "";
  }

  /** The value's JSON; empty if there is none of that name or it is a string. */
  String json(String name) {
    Member member = members.get(name);
    return member == null || member.token == JsonToken.VALUE_STRING ? "" : member.text;
  }

  /** An object as it is kept: what goes into a later request must be valid Unicode. */
  RawJson object(String name) {
    Member member = isObject(name) ? members.get(name) : null;
    if (member == null) {
      return RawJson.EMPTY_OBJECT;
    }
    return member.exact == null ? RawJson.parseRepairing(member.text) : member.exact;
  }

  /** The value as a tree; missing if there is none of that name or it is a string. */
  JsonNode tree(String name) {
    String json = json(name);
    return json.isEmpty() ? MissingNode.getInstance() : JsonTrees.readStrict(json);
  }
}
